import { randomUUID } from 'node:crypto'
import type { AppError } from '@atoll/errors'
import type { Health } from '@atoll/health'
import type { AuditLog, Telemetry } from '@atoll/telemetry'
import { WatchedFile } from './watched-file.ts'

export interface RulesFile<Content> {
  /** What it is called in `/ready`, in the audit and in metrics. */
  readonly kind: 'policy' | 'protection' | 'limits'
  readonly path: string
  /** The environment variable that named it. */
  readonly variable: string
  /** Throws InvalidError for a text that it cannot use; `file` is what messages call it. */
  parse(text: string, file: string): Content
  /** Puts in force what the file says now. */
  apply(content: Content): void
  /** What the audit calls it; `file` unless given. */
  nameOf?(content: Content): string
}

/** Opens a file of rules, which is read again when it changes once it is watched. Throws InvalidError. */
export type OpenRulesFile = <Content>(file: RulesFile<Content>) => WatchedFile<Content>

export interface RulesSurroundings {
  readonly health: Health
  readonly audit: AuditLog
  readonly telemetry: Telemetry
}

/**
 * The files that say what the gateway does. Each change of one is audited, and so is one that is not right: then the rules
 * before it go on, which `/ready` and a metric say.
 */
export function rulesFiles({ health, audit, telemetry }: RulesSurroundings): OpenRulesFile {
  const { logger } = telemetry
  const files = new Map<string, WatchedFile<unknown>>()
  telemetry.gauge(
    'atoll_gateway_rules_in_force',
    'Whether a file of rules is in force as it is now; 0 where it is not right and the rules before it go on.',
    () => [...files].map(([file, { problem }]) => ({ labels: { file }, value: problem ? 0 : 1 })),
    ['file'],
  )

  function record(kind: string, name: string, problem?: AppError): void {
    audit.record({
      event: 'call',
      requestId: randomUUID(),
      ...{ server: 'gateway', kind, name },
      ...(problem
        ? { decision: 'refused', outcome: 'refused', rule: 'input' }
        : { decision: 'allowed', outcome: 'ok' }),
      ...(problem && { errorCode: problem.code, reason: problem.message }),
      durationMs: 0,
    })
  }

  return ({ kind, path, variable, parse, apply, nameOf = () => 'file' }) => {
    const file = new WatchedFile({
      ...{ path, variable, parse },
      onContent(content) {
        apply(content)
        logger.info({ rules: kind, name: nameOf(content) }, 'Rules were read again')
        record(kind, nameOf(content))
      },
      onProblem(problem) {
        logger.error({ err: problem, rules: kind }, 'A file of rules is not usable; those before it go on')
        record(kind, 'file', problem)
      },
    })
    files.set(kind, file)
    const probe = async () => {
      if (file.problem) throw file.problem
    }
    health.add(kind, probe, { optional: true })
    return file
  }
}
