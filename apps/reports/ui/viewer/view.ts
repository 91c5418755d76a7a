import { type AppView, errorText, type Host, h, RefusedError } from '@atoll/app-ui'
import { files } from './files.ts'
import { asReport, isOnItsWay, type Report, stateOf } from './report.ts'
import { aboutReport, type ShownReport, showReport } from './shown-report.ts'

/** Milliseconds between two looks at a report that is being made: the first, and the longest. */
const FIRST_LOOK = 1000
const LONGEST_REST = 10_000
/** Looks that may fail one after another. */
const PATIENCE = 5

/** The page: one report, followed until it is ready. */
export function viewerView(place: HTMLElement, host: Host): AppView {
  const title = h('h1', {}, 'Report')
  const about = h('p', { class: 'faint' })
  const fill = h('button', { type: 'button', hidden: true })
  const status = h('p', { class: 'faint', role: 'status' }, 'Waiting for the report.')
  const problem = h('div', { class: 'error', role: 'alert', hidden: true })
  const body = h('div', { class: 'body' })
  place.replaceChildren(h('header', {}, h('div', {}, title, about), fill), problem, status, body)
  let shown: ShownReport | undefined

  fill.addEventListener('click', () => void host.fill(host.displayMode !== 'fullscreen').catch(() => {}))

  function show(report: Report): void {
    const { id, summary, content } = report
    problem.hidden = true
    if (summary) title.textContent = summary.title
    status.textContent = content ? '' : stateOf(report)
    if (!content) return
    title.textContent = content.title
    about.textContent = aboutReport(content, host.locale, host.timeZone)
    shown?.remove()
    shown = showReport(content, host.locale)
    const isEmpty = content.sections.length === 0
    const hasFiles = host.canCall && host.canRead
    body.replaceChildren(
      ...(hasFiles ? [files(id, host)] : []),
      isEmpty ? h('p', {}, 'The report has no sections.') : shown.element,
    )
  }

  function fail(error: unknown): void {
    problem.textContent = errorText(error)
    problem.hidden = false
    status.textContent = ''
  }

  /** Ask until it is ready; a host that cannot ask leaves what is known. */
  async function follow(report: Report): Promise<void> {
    let rest = FIRST_LOOK
    let failures = 0
    for (let now = report; isOnItsWay(now) && host.canCall; rest = Math.min(rest * 1.5, LONGEST_REST)) {
      await new Promise((resolve) => setTimeout(resolve, rest))
      try {
        const { answer } = await host.call<unknown>('get_report', { id: report.id })
        now = asReport(answer) ?? now
        failures = 0
        show(now)
      } catch (error) {
        failures += 1
        if (error instanceof RefusedError || failures >= PATIENCE) return fail(error)
      }
    }
  }

  return {
    input() {
      status.textContent = 'The report is being fetched or made.'
    },
    result(result) {
      const report = asReport(result.structuredContent)
      if (result.isError || !report) return fail(new RefusedError(result))
      show(report)
      void follow(report)
    },
    cancelled() {
      status.textContent = 'The question was cancelled.'
    },
    changed() {
      fill.hidden = !host.canFill
      fill.textContent = host.displayMode === 'fullscreen' ? 'Leave full screen' : 'Full screen'
      shown?.redraw()
    },
  }
}
