/** The longest that a timer can wait, in milliseconds; one that is to wait longer ends at once. */
export const LONGEST_TIMER = 2 ** 31 - 1
