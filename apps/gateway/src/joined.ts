import type { EraJson } from './section.ts'

interface Joined {
  readonly parts: readonly EraJson[]
  readonly whole: EraJson
}

/** Lists with the same first part that are kept: callers are shown different ones, but of few shapes. */
const KEPT = 8

const known = new WeakMap<EraJson, Joined[]>()

/**
 * The JSON of several lists as that of one. Of a fleet it has hundreds of kilobytes, and its parts stay the same for minutes: it is
 * put together once.
 */
export function joined(parts: readonly EraJson[]): EraJson {
  const [first] = parts
  if (!first) return { modern: '', legacy: '' }
  if (parts.length === 1) return first
  const before = known.get(first) ?? []
  const found = before.find((each) => isSame(each.parts, parts))
  if (found) return found.whole
  const whole = join(parts)
  known.set(first, [{ parts, whole }, ...before].slice(0, KEPT))
  return whole
}

function isSame(some: readonly EraJson[], others: readonly EraJson[]): boolean {
  return some.length === others.length && some.every((each, at) => each === others[at])
}

function join(parts: readonly EraJson[]): EraJson {
  const modern = parts.map((part) => part.modern).join(',')
  const isSameText = parts.every((part) => part.legacy === part.modern)
  return { modern, legacy: isSameText ? modern : parts.map((part) => part.legacy).join(',') }
}
