export { ChainedLog, type ChainedLogOptions, type OnFailure } from './file/chained-log.ts'
export { UnrecordedError } from './unrecorded-error.ts'
export type { Problem, Verdict } from './verify/verdict.ts'
export { type VerifyOptions, verifyAudit } from './verify/verify-audit.ts'
