import { ConflictError, NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { reports } from '../domain.ts'
import { ReportId, ReportSummary } from '../model.ts'

export const cancelReport = reports.defineTool({
  name: 'cancel_report',
  title: 'Cancel a report',
  description:
    'Stop one of the caller’s own reports that is queued or running. One that was cancelled before stays so; one that is ' +
    'ready or failed has nothing left to stop.',
  effect: 'write',
  idempotent: true,
  scopes: ['reports:write'],
  input: z.object({ id: ReportId }),
  output: z.strictObject({ report: ReportSummary }),
  async run({ input, deps, principal, signal, changed }) {
    const report = await deps.reports.cancel(principal, input.id, { signal })
    if (!report) throw new NotFoundError('report', input.id)
    if (report.status !== 'cancelled') {
      throw new ConflictError(`The report is ${report.status}: there is nothing left to cancel.`)
    }
    changed.task(report.id)
    changed.resource(`report://${report.id}`, { audience: { subject: principal.subject } })
    return { report }
  },
})
