/**
 * Of `a` with each of up to four vectors of as many numbers, in their order. Vectors that lie far apart come from memory at
 * the same time. Holds until the next are asked for.
 */
export function innerProductsOfFour(a: Float32Array, vectors: readonly Float32Array[]): Float64Array {
  const [b0 = a, b1 = b0, b2 = b0, b3 = b0] = vectors
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  // Everything is within bounds.
  for (let i = 0; i < a.length; i += 1) {
    const value = a[i] as number
    s0 += value * (b0[i] as number)
    s1 += value * (b1[i] as number)
    s2 += value * (b2[i] as number)
    s3 += value * (b3[i] as number)
  }
  products.set([s0, s1, s2, s3])
  return products
}

const products = new Float64Array(4)

export function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
}
