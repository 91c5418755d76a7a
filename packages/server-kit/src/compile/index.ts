export { compileService } from './compile-service.ts'
export { toProtocolError } from './failure.ts'
export { PROMPT_META_KEY, RESOURCE_META_KEY, TOOL_META_KEY } from './meta-keys.ts'
