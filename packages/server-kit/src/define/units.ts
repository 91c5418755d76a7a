/** A length of time with its unit: `'250ms'`, `'30s'`, `'5m'`, `'2h'`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`
/** A size with its unit: `'512kb'`, `'10mb'`. */
export type Size = `${number}${'b' | 'kb' | 'mb'}`
/** Calls per time: `'60/min'`. */
export type Rate = `${number}/${'s' | 'min' | 'h'}`

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const BYTES = { b: 1, kb: 1024, mb: 1024 * 1024 } as const
const SECONDS = { s: 1, min: 60, h: 3600 } as const

/** Milliseconds of a duration. Throws a TypeError when it is not one. */
export function milliseconds(duration: Duration): number {
  const [value, unit] = split(duration, /^(\d+(?:\.\d+)?)(ms|s|m|h)$/, MILLISECONDS)
  return value * unit
}

/** Bytes of a size. Throws a TypeError when it is not one. */
export function bytes(size: Size): number {
  const [value, unit] = split(size, /^(\d+(?:\.\d+)?)(b|kb|mb)$/, BYTES)
  return value * unit
}

/** How many calls in how many seconds. Throws a TypeError when it is not a rate. */
export function rate(text: Rate): { calls: number; seconds: number } {
  const [calls, seconds] = split(text, /^(\d+)\/(s|min|h)$/, SECONDS)
  return { calls, seconds }
}

function split(text: string, shape: RegExp, units: Readonly<Record<string, number>>): [number, number] {
  const match = shape.exec(text)
  const unit = match?.[2] === undefined ? undefined : units[match[2]]
  if (unit === undefined)
    throw new TypeError(`"${text}" is not a value with one of the units ${Object.keys(units).join(', ')}`)
  return [Number(match?.[1]), unit]
}
