import type { ConnectContext } from '@atoll/server-kit'
import { gather } from '../gathering/gather.ts'
import { openSources } from '../gathering/sources.ts'
import type { RunStore } from '../store/runs.ts'
import { REPORT_TYPES } from '../types.ts'
import type { Authorizations } from './authorization.ts'
import { latestOnly } from './latest-only.ts'
import type { Job } from './queue.ts'

export interface MakerParts {
  readonly runs: RunStore
  readonly authorizations: Authorizations
  /** The gateway's MCP endpoint. */
  readonly gatewayUrl: string | undefined
  readonly logger: ConnectContext['logger']
  /** Told when a report is further, or ready. */
  onChange(job: Job): void
}

/**
 * Do one job: take the report in hand, ask its sources, keep what came of it. A report that has ended, or that another
 * worker took in hand meanwhile, is left as it is, so that it is finished once however often its job runs.
 */
export async function makeReport(job: Job, parts: MakerParts, signal: AbortSignal): Promise<void> {
  const { runs, authorizations, gatewayUrl, logger, onChange } = parts
  const who = { tenant: job.tenant, subject: job.subject }
  const run = await runs.begin(who, job.id, { signal })
  if (!run) return
  onChange(job)
  const definition = REPORT_TYPES[run.type]
  const token = authorizations.open(who, run.id, run.sealedAuthorization)
  const sources = gatewayUrl === undefined || token === undefined ? undefined : openSources(gatewayUrl, token)
  const progress = latestOnly(async (done: number) => {
    await runs.progress(who, run, done, { signal })
    onChange(job)
  })
  try {
    const sections = await gather(definition, run, {
      granted: run.granted,
      ask: sources && ((need) => sources.ask(need, { signal })),
      onAnswer: progress.tell,
      onProblem: (tool, err) => logger.warn({ err, report: run.id, tool }, 'A source of a report failed'),
      signal,
    })
    await progress.settled()
    const { type, period, department } = run
    const about = {
      title: definition.title,
      type,
      period,
      department,
      generated_at: new Date().toISOString(),
    }
    if (await runs.finish(who, run, { ...about, sections }, { signal })) onChange(job)
  } finally {
    await progress.settled()
    await sources?.close()
  }
}
