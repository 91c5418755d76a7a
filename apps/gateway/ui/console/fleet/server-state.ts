import type { Instance, Server, Tool } from '../api/model.ts'
import type { Mark } from '../parts/state-mark.tsx'

/** A state in a word, and how good it is. */
export interface Shown {
  readonly mark: Mark
  readonly word: string
}

/** A server that answers, though some of it does not, is degraded. */
export function serverState({ state, instances, problemCount }: Server): Shown {
  if (state === 'down') return { mark: 'bad', word: 'down' }
  if (state === 'starting') return { mark: 'unknown', word: 'starting' }
  const isWhole = problemCount === 0 && instances.every((each) => instanceState(each).mark !== 'bad')
  return isWhole ? { mark: 'good', word: 'up' } : { mark: 'warning', word: 'degraded' }
}

export function instanceState({ health, state, breaker }: Instance): Shown {
  if (breaker === 'open') return { mark: 'bad', word: 'circuit open' }
  if (health === 'unhealthy') return { mark: 'bad', word: 'unhealthy' }
  if (state === 'draining') return { mark: 'warning', word: 'draining' }
  if (breaker === 'half-open') return { mark: 'warning', word: 'circuit half-open' }
  if (health === 'degraded') return { mark: 'warning', word: 'degraded' }
  return health === 'healthy' ? { mark: 'good', word: 'healthy' } : { mark: 'unknown', word: 'not known' }
}

/** A second, of the last ten whole ones. */
export interface Pace {
  readonly calls: number
  readonly failed: number
  readonly declined: number
  readonly refused: number
  /** Milliseconds; undefined where nothing was called. */
  readonly latency: number | undefined
}

const SECONDS = 10

export function paceOf({ traffic }: Server): Pace {
  // The second that is under way would show too few.
  const whole = <Value>(all: readonly Value[]) => all.slice(-SECONDS - 1, -1)
  const called = sumOf(whole(traffic.calls))
  const a = (key: 'calls' | 'failed' | 'declined' | 'refused') => sumOf(whole(traffic[key])) / SECONDS
  const latency = called > 0 ? meanLatency(whole(traffic.calls), whole(traffic.latency)) : undefined
  return {
    ...{ calls: a('calls'), failed: a('failed'), declined: a('declined'), refused: a('refused') },
    latency,
  }
}

/** Milliseconds, of all calls; there has to be one. */
export function meanLatency(calls: readonly number[], latency: readonly number[]): number {
  return sumOf(latency.map((value, second) => value * (calls[second] ?? 0))) / sumOf(calls)
}

export function sumOf(all: readonly number[]): number {
  return all.reduce((total, value) => total + value, 0)
}

/** What reads changes nothing, by its own word. */
export function isReadOnly({ effect, annotations }: Tool): boolean {
  return effect === undefined ? annotations?.readOnlyHint === true : effect === 'read'
}

/** `localhost:3001`, of an address. */
export function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
