import { mostOf } from './allowance.ts'
import type { Counter } from './counter.ts'
import { spanOf } from './period.ts'

export interface NamedCounter {
  /** Of the limit; printable ASCII without quotes and backslashes. */
  readonly name: string
  readonly counter: Counter
}

/** `RateLimit-Policy`: what each limit allows in how many seconds (draft-ietf-httpapi-ratelimit-headers-10, section 3). */
export function rateLimitPolicyField(counters: readonly NamedCounter[], now: number): string {
  return counters
    .map(({ name, counter }) => `"${name}";q=${mostOf(counter.allowance)};w=${windowOf(counter, now)}`)
    .join(', ')
}

/** `RateLimit`: what is left of each, and the seconds until all of it is there again (section 4). */
export function rateLimitField(counters: readonly NamedCounter[], now: number): string {
  let field = ''
  for (const { name, counter } of counters) {
    const left = Math.max(0, counter.left(now))
    field += `${field === '' ? '' : ', '}"${name}";r=${Math.floor(left)};t=${resetOf(counter, left, now)}`
  }
  return field
}

function windowOf({ allowance }: Counter, now: number): number {
  if (allowance.kind === 'rate') return Math.max(1, Math.ceil(allowance.burst / allowance.perSecond))
  const { start, end } = spanOf(allowance.period, now)
  return (end - start) / 1000
}

function resetOf(counter: Counter, left: number, now: number): number {
  const { allowance } = counter
  if (allowance.kind === 'rate') return Math.ceil((allowance.burst - left) / allowance.perSecond)
  return Math.ceil((counter.renewsIn(now) ?? 0) / 1000)
}
