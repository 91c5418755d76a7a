import type { Telemetry } from '@atoll/telemetry'
import type { Deliveries } from './deliver/deliveries.ts'
import type { ChainedLog } from './file/chained-log.ts'

/** What an operator has to see of an audit that is kept in files. */
export function measureAudit(
  telemetry: Telemetry,
  chain: ChainedLog,
  deliveries: Deliveries | undefined,
): void {
  telemetry.gauge(
    'atoll_audit_records',
    'Audit records of this process, written or waiting.',
    () => chain.records,
  )
  telemetry.gauge('atoll_audit_dropped', 'Audit records that found no room in memory.', () => chain.dropped)
  telemetry.gauge(
    'atoll_audit_waiting_bytes',
    'Audit records in memory that are not written yet.',
    () => chain.waiting,
  )
  telemetry.gauge(
    'atoll_audit_writable',
    'Whether audit records can be written: 1, or 0 while they cannot.',
    () => (chain.failure ? 0 : 1),
  )
  if (!deliveries) return
  telemetry.gauge(
    'atoll_audit_undelivered',
    'Audit records that are in their files and did not arrive at another place yet.',
    () => deliveries.own.map(({ name, behind }) => ({ labels: { sink: name }, value: behind })),
    ['sink'],
  )
}
