import type { Instance, Server, Tool } from '../api/model.ts'
import type { Mark } from '../parts/state-mark.tsx'

/** A state in a word, and how good it is. */
export interface Shown {
  readonly mark: Mark
  readonly word: string
}

/** A server that answers, though some of it does not, is degraded. */
export function serverState({ state, instances, problems }: Server): Shown {
  if (state === 'down') return { mark: 'bad', word: 'down' }
  if (state === 'starting') return { mark: 'unknown', word: 'starting' }
  const isWhole = problems.length === 0 && instances.every((each) => instanceState(each).mark !== 'bad')
  return isWhole ? { mark: 'good', word: 'up' } : { mark: 'warning', word: 'degraded' }
}

export function instanceState({ health, state, breaker }: Instance): Shown {
  if (breaker === 'open') return { mark: 'bad', word: 'left alone' }
  if (health === 'unhealthy') return { mark: 'bad', word: 'unhealthy' }
  if (state === 'draining') return { mark: 'warning', word: 'draining' }
  if (breaker === 'half-open') return { mark: 'warning', word: 'being tried' }
  if (health === 'degraded') return { mark: 'warning', word: 'degraded' }
  return health === 'healthy' ? { mark: 'good', word: 'healthy' } : { mark: 'unknown', word: 'not known' }
}

/** Of the last ten whole seconds. */
export interface Pace {
  readonly calls: number
  readonly errors: number
  /** Milliseconds; undefined where nothing was called. */
  readonly latency: number | undefined
}

const SECONDS = 10

export function paceOf({ traffic: { calls, errors, latency } }: Server): Pace {
  // The second that is under way would show too few.
  const whole = <Value>(all: readonly Value[]) => all.slice(-SECONDS - 1, -1)
  const sum = (all: readonly number[]) => all.reduce((total, value) => total + value, 0)
  const called = sum(whole(calls))
  const weighted = whole(latency).map((value, index) => value * (whole(calls)[index] ?? 0))
  return {
    calls: called / SECONDS,
    errors: sum(whole(errors)) / SECONDS,
    latency: called > 0 ? sum(weighted) / called : undefined,
  }
}

/** What reads changes nothing, by its own word. */
export function isReadOnly({ effect, annotations }: Tool): boolean {
  return effect === undefined ? annotations?.readOnlyHint === true : effect === 'read'
}

/** `localhost:3001`, of an address. */
export function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
