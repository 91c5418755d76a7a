import type { Content, ReportSummary } from '../../src/model.ts'

/** What the tools that name this page answer: a report, ready or on its way. */
export interface Report {
  id: string
  summary: ReportSummary | undefined
  content: Content | undefined
}

/** The structured content of a result; undefined when it is none of a report. */
export function asReport(structured: unknown): Report | undefined {
  // The server checked it against the tool's output schema; this tells reports from everything else.
  const { id, report, content } = (structured ?? {}) as {
    id?: string
    report?: ReportSummary
    content?: Content | null
  }
  const known = id ?? report?.id
  return known === undefined ? undefined : { id: known, summary: report, content: content ?? undefined }
}

/** Whether asking again later may show more. */
export function isOnItsWay({ summary, content }: Report): boolean {
  return !content && (!summary || summary.status === 'queued' || summary.status === 'running')
}

/** How far it is, or why it ends here. */
export function stateOf({ summary }: Report): string {
  if (summary?.status === 'failed') return `The report could not be made. ${summary.failure ?? ''}`.trim()
  if (summary?.status === 'cancelled') return 'The report was cancelled.'
  if (summary?.status !== 'running') return 'The report waits for its turn.'
  const { done, total } = summary.progress
  return `The report is being made: ${done} of ${total} questions are answered.`
}
