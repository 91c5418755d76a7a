import type { SigningKeys } from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import { type AuditEvent, type AuditLog, createAuditLog, type Telemetry } from '@atoll/telemetry'
import type { AuditConfig } from './config.ts'
import { Deliveries } from './deliver/deliveries.ts'
import { otlpSink } from './deliver/otlp-sink.ts'
import { postgresSink } from './deliver/postgres-sink.ts'
import { ChainedLog } from './file/chained-log.ts'
import { measureAudit } from './measure-audit.ts'
import { retain } from './retention/retain.ts'
import type { AuditPage, AuditQuery } from './search/audit-query.ts'
import { type RecentEvents, RecentRing } from './search/recent-events.ts'
import { searchFiles } from './search/search-files.ts'
import { searchRecent } from './search/search-recent.ts'
import { auditKeys } from './signing-keys.ts'

export interface AuditOptions {
  readonly config: AuditConfig
  /** The server's name and version. */
  readonly name: string
  readonly version: string
  readonly telemetry: Telemetry
  /** Signs checkpoints where configuration names no file of its own. */
  readonly keys?: SigningKeys | undefined
}

/** The audit of one process: what is recorded, where it goes, and what can be asked of it. */
export interface Audit extends AuditLog {
  /** Whether calls must be refused while it cannot record. */
  readonly isRequired: boolean
  readonly recent: RecentEvents
  /** Go on with the chain of the last process. Rejects with the system's error. */
  start(): Promise<void>
  /** Rejects while nothing can be recorded. */
  probe(): Promise<void>
  /** Newest first, of all writers in this folder; without a folder what is still in memory. Throws InvalidError. */
  searchAudit(query: AuditQuery): Promise<AuditPage>
}

/** Milliseconds between looks for records that are too old. */
const RETAIN_EVERY = 3_600_000

/** Put the audit together as configured. Throws InvalidError for a configuration that cannot be used. */
export function openAudit({ config, name, version, telemetry, keys }: AuditOptions): Audit {
  const { AUDIT_DIR: folder, AUDIT_ON_FAILURE: onFailure, AUDIT_RETENTION: retention } = config
  const { logger } = telemetry
  checkFolder(config)
  const recent = new RecentRing()
  const deliveries =
    folder === undefined
      ? undefined
      : new Deliveries({ folder, sinks: sinksOf(config, folder, { name, version }), logger })
  const chain =
    folder === undefined
      ? undefined
      : new ChainedLog({
          folder,
          name: `${name}-${config.AUDIT_WRITER}`,
          about: { server: name, version },
          keys: auditKeys(config, keys),
          onFailure,
          fsync: config.AUDIT_FSYNC,
          segmentSize: config.AUDIT_SEGMENT_SIZE,
          logger,
          onWritten: () => deliveries?.wake(chain?.lastSeq ?? 0),
        })
  const lines = config.AUDIT_STDOUT || !chain ? createAuditLog({ stream: telemetry.output }) : undefined
  let timer: NodeJS.Timeout | undefined
  let retaining: Promise<void> | undefined
  let closing: Promise<void> | undefined

  function lookForOld(): void {
    if (!chain || !folder || !retention || retaining) return
    const now = Date.now()
    retaining = retain({ folder, log: chain, retention, now, delivered: deliveries?.delivered ?? 0 })
      .catch((error) => logger.error({ err: error }, 'Old audit records could not be removed'))
      .finally(() => {
        retaining = undefined
      })
  }

  const audit: Audit = {
    recent,
    isRequired: chain !== undefined && onFailure !== 'continue',
    record(event: AuditEvent) {
      event.time ??= Date.now()
      chain?.record(event)
      lines?.record(event)
      recent.add(event)
    },
    ...(chain && {
      admit: (effect) => chain.admit(effect),
      committed: (event) => chain.committed(event),
    }),
    get dropped() {
      return (chain?.dropped ?? 0) + (lines?.dropped ?? 0)
    },
    async start() {
      await chain?.start()
      if (chain) await deliveries?.start(chain.writer)
      deliveries?.wake(chain?.lastSeq ?? 0)
      if (!retention) return
      lookForOld()
      timer = setInterval(lookForOld, RETAIN_EVERY).unref()
    },
    async probe() {
      if (chain?.failure) throw chain.failure
    },
    async searchAudit(query) {
      return folder === undefined ? searchRecent(recent, query) : searchFiles(folder, query)
    },
    async flush() {
      await Promise.all([chain?.flush(), lines?.flush()])
    },
    close() {
      closing ??= close()
      return closing
    },
  }

  async function close(): Promise<void> {
    clearInterval(timer)
    await retaining
    await Promise.all([chain?.close(), lines?.close()])
    await deliveries?.close()
  }

  if (chain) measureAudit(telemetry, chain, deliveries)
  return audit
}

function checkFolder({
  AUDIT_DIR,
  AUDIT_DATABASE_URL,
  AUDIT_OTLP_ENDPOINT,
  AUDIT_RETENTION,
}: AuditConfig): void {
  if (AUDIT_DIR !== undefined) return
  const needing = Object.entries({ AUDIT_DATABASE_URL, AUDIT_OTLP_ENDPOINT, AUDIT_RETENTION }).find(
    ([, value]) => value !== undefined,
  )
  if (needing)
    throw new InvalidError(`${needing[0]} needs AUDIT_DIR: records are kept there until they are delivered.`)
}

function sinksOf(
  { AUDIT_DATABASE_URL: url, AUDIT_OTLP_ENDPOINT: endpoint }: AuditConfig,
  folder: string,
  { name, version }: { name: string; version: string },
) {
  return [
    ...(url === undefined ? [] : [() => postgresSink(url)]),
    ...(endpoint === undefined ? [] : [() => otlpSink({ endpoint, folder, service: name, version })]),
  ]
}
