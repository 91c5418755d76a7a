/**
 * The `_meta` key that says how many milliseconds the caller still waits. A time left, not a time of day: the clocks
 * of two machines need not agree.
 */
export const TIME_LEFT_META_KEY = 'dev.atoll/timeLeftMs'

/** As it is told: at least one, and never less than there is, so that who asks gives up no later than who answers. */
export function wholeMilliseconds(left: number): number {
  return Math.max(1, Math.ceil(left))
}
