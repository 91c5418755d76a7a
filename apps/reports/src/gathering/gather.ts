import type { ReportRequest, Section } from '../model.ts'
import { keyOf, type Need, needsOf, type ReportDefinition, type SectionType } from '../types/define-type.ts'
import { atMost } from './at-most.ts'
import { AUTHORIZATION_ENDED, notPermitted, type Problem, problemOf } from './problem.ts'

export interface Gathering {
  /** The scopes of other servers that may be used. */
  readonly granted: readonly string[]
  /** Asks one question; undefined when the authorization to ask has ended. */
  readonly ask: ((need: Need) => Promise<unknown>) | undefined
  /** Told after every question, whatever came of it. */
  onAnswer(done: number): void
  /** Told of what went wrong at a source. */
  onProblem(tool: string, error: unknown): void
  readonly signal: AbortSignal
}

type Answer = { data: unknown } | Problem

const SIDE_BY_SIDE = 6

/**
 * Ask everything that a report needs, each question once and independent ones side by side, and make its sections.
 * What cannot be had is said in its section. Rejects with the signal's reason alone.
 */
export async function gather(
  definition: ReportDefinition,
  request: ReportRequest,
  gathering: Gathering,
): Promise<Section[]> {
  const { granted, ask, onAnswer, onProblem, signal } = gathering
  const answers = new Map<string, Answer>()
  const limited = atMost(SIDE_BY_SIDE)
  const answer = async (need: Need): Promise<Answer> => {
    const missing = need.scopes.filter((scope) => !granted.includes(scope))
    if (missing.length > 0) return notPermitted(missing)
    if (!ask) return AUTHORIZATION_ENDED
    signal.throwIfAborted()
    try {
      return { data: await ask(need) }
    } catch (error) {
      signal.throwIfAborted()
      onProblem(need.tool, error)
      return problemOf(error)
    }
  }
  await Promise.all(
    needsOf(definition, request).map((need) =>
      limited(async () => {
        answers.set(keyOf(need), await answer(need))
        onAnswer(answers.size)
      }),
    ),
  )
  return definition.sections.map((section) => {
    const needs = section.needs(request)
    const all = Object.values(needs).flat()
    const about = {
      id: section.id,
      title: section.title,
      sources: [...new Set(all.map(({ tool }) => tool))],
      scopes: [...new Set(all.flatMap(({ scopes }) => scopes))].sort(),
    }
    const given = all.map((need) => answers.get(keyOf(need)))
    const problem = worst(given)
    if (problem) return { ...about, ...problem, blocks: [] }
    const blocks = section.build(dataOf(needs, answers), request)
    return { ...about, status: 'complete', problem: null, missing_scopes: [], blocks }
  })
}

/** What a reader can do something about comes first. */
function worst(answers: readonly (Answer | undefined)[]): Problem | undefined {
  const problems = answers.filter((answer): answer is Problem => answer !== undefined && 'problem' in answer)
  const refused = problems.filter(({ status }) => status === 'not_permitted')
  if (refused.length > 0)
    return notPermitted([...new Set(refused.flatMap((each) => each.missing_scopes))].sort())
  return problems.find(({ status }) => status === 'authorization_ended') ?? problems[0]
}

function dataOf(
  needs: ReturnType<SectionType['needs']>,
  answers: ReadonlyMap<string, Answer>,
): Record<string, unknown> {
  const data = (need: Need) => {
    const answer = answers.get(keyOf(need))
    return answer && 'data' in answer ? answer.data : undefined
  }
  return Object.fromEntries(
    Object.entries(needs).map(([name, need]) => [name, 'tool' in need ? data(need as Need) : need.map(data)]),
  )
}
