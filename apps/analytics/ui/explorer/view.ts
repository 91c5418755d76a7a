import { type AppView, errorText, type Host, h, RefusedError } from '@atoll/app-ui'
import { type Answer, asAnswer, shapeOf } from './answer.ts'
import { type Catalogue, type Controls, controls } from './controls.ts'
import { argumentsOf, type Question, questionOf } from './question.ts'
import { type ShownAnswer, showAnswer } from './shown-answer.ts'

/** The page: what was asked, what may be asked instead, the answer. */
export function explorerView(place: HTMLElement, host: Host): AppView {
  const title = h('h1', {}, 'Figures of sales')
  const fill = h('button', { type: 'button', hidden: true })
  const status = h('p', { class: 'faint', role: 'status' }, 'Waiting for the figures.')
  const problem = h('div', { class: 'error', role: 'alert', hidden: true })
  const asking = h('div', { class: 'asking' })
  const answers = h('section', { 'aria-label': 'Answer' })
  place.replaceChildren(h('header', {}, title, fill), asking, problem, status, answers)

  let question = questionOf(undefined, {})
  let answer: Answer | undefined
  let shown: ShownAnswer | undefined
  let form: Controls | undefined
  /** Of several answers under way only that to the last question counts. */
  let asked = 0

  fill.addEventListener('click', () => void host.fill(host.displayMode !== 'fullscreen').catch(() => {}))

  function show(next: Answer): void {
    answer = next
    shown?.remove()
    shown = next.rows.length > 0 ? showAnswer(next, host.locale) : undefined
    answers.replaceChildren(...(shown ? [shown.element] : []))
    status.textContent = shown
      ? ''
      : 'Nothing was sold in these days. Choose others, or ask for something else.'
    if (shown) title.textContent = shown.title
  }

  function fail(error: unknown): void {
    problem.textContent = errorText(error)
    problem.hidden = false
    status.textContent = answer ? 'Below is the answer to the question before.' : ''
  }

  function begin(): void {
    status.textContent = 'Asking for the figures.'
    answers.setAttribute('aria-busy', 'true')
  }

  function end(): void {
    answers.removeAttribute('aria-busy')
  }

  async function ask(change: Partial<Question>): Promise<void> {
    question = { ...question, ...change }
    form?.show(question)
    asked += 1
    const mine = asked
    begin()
    try {
      const found = await host.call<unknown>('query_metric', argumentsOf(question))
      if (mine !== asked) return
      problem.hidden = true
      show(asAnswer(found.answer) ?? { columns: [], rows: [], truncated: false })
      host.tell(
        `In the explorer the person now looks at ${title.textContent}: ${JSON.stringify(argumentsOf(question))}`,
      )
    } catch (error) {
      if (mine === asked) fail(error)
    } finally {
      if (mine === asked) end()
    }
  }

  async function offerControls(): Promise<void> {
    if (form || !host.canCall) return
    const { answer: catalogue } = await host.call<Catalogue>('list_metrics', {})
    form = controls(catalogue, (change) => void ask(change))
    form.show(question)
    asking.replaceChildren(form.element)
  }

  return {
    input(args) {
      question = questionOf(host.openedFor, args)
      form?.show(question)
      if (!answer) begin()
    },
    result(result) {
      end()
      const found = asAnswer(result.structuredContent)
      if (result.isError || !found) fail(new RefusedError(result))
      else {
        if (host.openedFor === undefined) question = { ...question, ...shapeOf(found) }
        form?.show(question)
        show(found)
      }
    },
    cancelled() {
      end()
      status.textContent = 'The question was cancelled.'
    },
    changed() {
      fill.hidden = !host.canFill
      fill.textContent = host.displayMode === 'fullscreen' ? 'Leave full screen' : 'Full screen'
      shown?.redraw()
      // Without them the page still shows what it was opened for.
      offerControls().catch(() => {})
    },
  }
}
