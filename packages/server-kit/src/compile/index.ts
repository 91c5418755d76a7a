export { compileService } from './compile-service.ts'
export { TOOL_META_KEY } from './compile-tool.ts'
