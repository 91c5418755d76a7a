/** The largest code. -128 is left out: it has no opposite. */
export const LARGEST = 127

export interface Loss {
  /** Length of what the codes leave out: of the vector less codes / scale. */
  residual: number
  /** Length of codes / scale. */
  length: number
}

/** Write each of so many numbers from `start` on as a whole number near `scale` times it, and tell what that loses. */
export function quantise(
  from: Float32Array,
  to: Int8Array,
  start: number,
  count: number,
  scale: number,
): Loss {
  let residual = 0
  let squares = 0
  for (let i = start; i < start + count; i += 1) {
    const value = from[i] as number
    const code = Math.max(-LARGEST, Math.min(LARGEST, Math.round(value * scale)))
    to[i] = code
    residual += (value - code / scale) ** 2
    squares += code * code
  }
  return { residual: Math.sqrt(residual), length: Math.sqrt(squares) / scale }
}

/** The largest absolute value of so many numbers from `start` on. */
export function reach(of: Float32Array, start: number, count: number): number {
  let most = 0
  for (let i = start; i < start + count; i += 1) most = Math.max(most, Math.abs(of[i] as number))
  return most
}
