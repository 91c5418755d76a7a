export { ChainedLog, type ChainedLogOptions, type OnFailure } from './file/chained-log.ts'
export { UnrecordedError } from './unrecorded-error.ts'
