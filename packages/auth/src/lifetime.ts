/** How long a token lives: `'30s'`, `'5m'`, `'8h'`, `'7d'`. */
export type Lifetime = `${number}${'s' | 'm' | 'h' | 'd'}`

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Whole seconds of a lifetime. Throws a TypeError when it is not one, or shorter than a second. */
export function lifetimeSeconds(lifetime: Lifetime): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(lifetime)
  const seconds = Math.floor(Number(match?.[1]) * (SECONDS[match?.[2] ?? ''] ?? Number.NaN))
  if (!(seconds >= 1)) throw new TypeError(`"${lifetime}" is not a lifetime such as 30s, 5m, 8h or 7d`)
  return seconds
}
