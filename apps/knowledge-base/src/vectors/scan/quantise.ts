export interface Coding {
  /** The largest code; the smallest is its opposite. */
  largest: number
  /** What stands for 0. */
  zero: number
}

/** Rows: 8 bits without sign, which is what every processor multiplies fast. */
export const ROW: Coding = { largest: 127, zero: 128 }
/** Queries: 7 bits, as two products of 8 bits would overflow the 16 that processors without VNNI add them in. */
export const QUERY: Coding = { largest: 63, zero: 0 }

export interface Loss {
  /** Length of what the codes leave out: of the vector less codes / scale. */
  residual: number
  /** Length of codes / scale. */
  length: number
}

/** Write each of so many numbers from `start` on as a whole number near `scale` times it, and tell what that loses. */
export function quantise(
  from: Float32Array,
  to: Int8Array | Uint8Array,
  start: number,
  count: number,
  scale: number,
  { largest, zero }: Coding,
): Loss {
  let residual = 0
  let squares = 0
  for (let i = start; i < start + count; i += 1) {
    const value = from[i] as number
    const code = Math.max(-largest, Math.min(largest, Math.round(value * scale)))
    to[i] = code + zero
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
