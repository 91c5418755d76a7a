/** Scale a vector to length 1 in place. One without length or with anything but numbers gives undefined. */
export function toUnit(vector: Float32Array): Float32Array | undefined {
  let squares = 0
  for (const value of vector) squares += value * value
  const length = Math.sqrt(squares)
  if (!Number.isFinite(length) || length === 0) return undefined
  for (const [place, value] of vector.entries()) vector[place] = value / length
  return vector
}
