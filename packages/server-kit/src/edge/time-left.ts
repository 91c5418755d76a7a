/** The `_meta` key that says how many milliseconds the caller still waits for the answer. */
export const TIME_LEFT_META_KEY = 'dev.atoll/timeLeftMs'

/** Milliseconds; undefined where the caller does not say, or says what is no time. */
export function timeLeftOf(meta: Readonly<Record<string, unknown>>): number | undefined {
  const left = meta[TIME_LEFT_META_KEY]
  return typeof left === 'number' && left >= 0 ? left : undefined
}
