/** Of `a` with as many numbers of `b` from `start` on. */
export function innerProduct(a: Float32Array, b: Float32Array, start: number): number {
  const { length } = a
  const paired = length - (length % 4)
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  // Four sums, so that no addition waits for the one before. Everything is within bounds.
  for (let i = 0; i < paired; i += 4) {
    const j = start + i
    s0 += (a[i] as number) * (b[j] as number)
    s1 += (a[i + 1] as number) * (b[j + 1] as number)
    s2 += (a[i + 2] as number) * (b[j + 2] as number)
    s3 += (a[i + 3] as number) * (b[j + 3] as number)
  }
  for (let i = paired; i < length; i += 1) s0 += (a[i] as number) * (b[start + i] as number)
  return s0 + s1 + (s2 + s3)
}

export function lengthOf(vector: Float32Array): number {
  return Math.sqrt(innerProduct(vector, vector, 0))
}
