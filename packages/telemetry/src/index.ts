export {
  type AuditEvent,
  type AuditOutcome,
  auditLine,
  auditMembers,
  type DataClass,
} from './audit/audit-event.ts'
export { type AuditLog, type AuditLogOptions, createAuditLog } from './audit/audit-log.ts'
export { type Environment, type LogLevel, readConfig, type TelemetryConfig } from './config.ts'
export type { Logger } from './log/logger.ts'
export { fileOutput, type Output, type OutputOptions, standardOutput } from './log/output.ts'
export { REDACTED, redact, redactData } from './log/redact.ts'
export type { CountedSeries, Counter } from './metrics/counter.ts'
export type { Histogram, ObservedSeries } from './metrics/histogram.ts'
export type { Metrics } from './metrics/metrics.ts'
export { createTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts'
export type { ActiveOperation, StartOptions } from './trace/active-operation.ts'
export type { Operation, OperationKind, OperationOptions } from './trace/operation.ts'
export type { Outcome } from './trace/outcome.ts'
export { type Carrier, readTraceContext, type TraceContext } from './trace/trace-context.ts'
