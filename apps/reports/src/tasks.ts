import { ConflictError } from '@atoll/errors'
import type { Tasks } from '@atoll/server-kit'
import { ReportId } from './model.ts'
import { type AskedReport, shown } from './shown.ts'
import type { Found, ReportStore } from './store/reports.ts'

/** A report as the task of the tool that asked for it: the same row, in the kit's words. */
export function reportTasks(reports: ReportStore): Tasks {
  return {
    async find(principal, id, { signal }) {
      const { data: reportId } = ReportId.safeParse(id)
      const report = reportId && (await reports.find(principal, reportId, { signal }))
      if (!report) return undefined
      const about = {
        id,
        tool: 'generate_report',
        createdAt: new Date(report.requested_at),
        updatedAt: new Date(report.finished_at ?? report.requested_at),
        ttl: null,
        pollInterval: '2s',
      } as const
      const { progress, status, failure } = report
      if (status === 'ready') {
        const result: AskedReport = { id: report.id, ready: true, next: null, ...shown(principal, report) }
        return { ...about, status: 'completed', result }
      }
      if (status === 'cancelled') return { ...about, status, message: 'The report was cancelled.' }
      if (status === 'failed') {
        const error = new ConflictError(failure ?? 'The report could not be made.')
        return { ...about, status, error, message: error.message }
      }
      const message = describe(report)
      return {
        ...about,
        status: 'working',
        message,
        progress: { progress: progress.done, total: progress.total, message },
      }
    },
    async cancel(principal, id) {
      await reports.cancel(principal, ReportId.parse(id), { signal: new AbortController().signal })
    },
  }
}

function describe({ status, progress: { done, total } }: Found): string {
  return status === 'queued' ? 'Waiting for its turn' : `${done} of ${total} questions answered`
}
