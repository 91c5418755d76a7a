import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { type MakerParts, makeReport } from './make-report.ts'
import { DEAD_QUEUE, type Job, QUEUE } from './queue.ts'

export interface WorkOptions {
  /** Reports that this process makes at a time. */
  readonly concurrency: number
  /** Reports of one tenant that are made at a time, by all processes together. */
  readonly perTenant: number
  /** Told why nobody tries a job again. */
  onDead(job: Job, reason: string): Promise<void>
}

/** Make reports from now on. A job whose report was cancelled, or that somebody else took, is aborted within seconds. */
export async function work(boss: PgBoss, parts: MakerParts, options: WorkOptions): Promise<void> {
  const { concurrency, perTenant, onDead } = options
  // A worker that was busy when it was notified looks for itself, and so does one for whom nobody notifies.
  const polling = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 }
  await boss.work<Job>(
    QUEUE,
    { ...polling, localConcurrency: concurrency, groupConcurrency: perTenant, heartbeatRefreshSeconds: 2 },
    async ([job]) => {
      if (job) await makeReport(job.data, parts, job.signal)
    },
  )
  const withReason = { ...polling, includeMetadata: true as const }
  await boss.work(DEAD_QUEUE, withReason, async ([job]: JobWithMetadata<Job>[]) => {
    if (job) await onDead(job.data, reasonOf(job))
  })
}

/** pg-boss keeps what the last attempt threw, or that its worker was gone. */
function reasonOf({ sourceOutput }: Pick<JobWithMetadata, 'sourceOutput'>): string {
  const message = sourceOutput && 'message' in sourceOutput ? sourceOutput.message : undefined
  return typeof message === 'string' ? message : 'unknown'
}
