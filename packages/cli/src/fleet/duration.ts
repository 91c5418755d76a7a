import { InvalidError } from '@atoll/errors'

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** Seconds of a length of time such as `90s`, `15m`, `12h` or `7d`. Throws InvalidError when it is not one. */
export function parseSeconds(text: string): number {
  const match = /^(\d+)(s|m|h|d)$/.exec(text)
  const seconds = Number(match?.[1]) * SECONDS[(match?.[2] ?? 's') as keyof typeof SECONDS]
  if (!match || seconds === 0 || seconds > 365 * SECONDS.d) {
    throw new InvalidError(
      `"${text}" is not a length of time; write for example 90s, 15m, 12h or 7d (at most 365d).`,
    )
  }
  return seconds
}

/** A length of time for people, in its largest whole unit: `12 hours`, `90 minutes`. */
export function describeSeconds(seconds: number): string {
  const [unit, size] = (
    [
      ['day', SECONDS.d],
      ['hour', SECONDS.h],
      ['minute', SECONDS.m],
    ] as const
  ).find(([, size]) => seconds >= size && seconds % size === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
