export interface Coding {
  /** The largest code; the smallest is its opposite. */
  largest: number
  /** What stands for 0. */
  zero: number
}

/** Rows: 8 bits. */
export const ROW: Coding = { largest: 127, zero: 0 }
/** Queries: 7 bits without sign, as WebAssembly multiplies 8 bits by 7 (`i32x4.relaxed_dot_i8x16_i7x16_add_s`). */
export const QUERY: Coding = { largest: 63, zero: 63 }

export interface Loss {
  /** Length of what the codes leave out: of the vector less codes / scale. */
  residual: number
  /** Length of codes / scale. */
  length: number
  /** Of all codes. */
  sum: number
}

/** Write each number as a whole number near `scale` times it, from `at` on, and tell what that loses. */
export function quantise(
  numbers: Float32Array,
  to: Int8Array,
  at: number,
  scale: number,
  { largest, zero }: Coding,
): Loss {
  let residual = 0
  let squares = 0
  let sum = 0
  for (let i = 0; i < numbers.length; i += 1) {
    const value = numbers[i] as number
    const code = Math.max(-largest, Math.min(largest, Math.round(value * scale)))
    to[at + i] = code + zero
    residual += (value - code / scale) ** 2
    squares += code * code
    sum += code
  }
  return { residual: Math.sqrt(residual), length: Math.sqrt(squares) / scale, sum }
}

/** The largest absolute value. */
export function reach(numbers: Float32Array): number {
  let most = 0
  for (let i = 0; i < numbers.length; i += 1) most = Math.max(most, Math.abs(numbers[i] as number))
  return most
}
