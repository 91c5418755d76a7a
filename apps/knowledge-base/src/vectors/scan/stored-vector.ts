/** Bytes of array_send before the elements: dimensions, flags, type, and length and lower bound of the first one. */
const HEADER = 20
/** Bytes before each element: its length. */
const ELEMENT_HEADER = 4
const ELEMENT = 8

/** The numbers of a `real[]` as array_send writes it, in base64; undefined when one of them is no number. */
export function storedVector(base64: string): Float32Array | undefined {
  const bytes = Buffer.from(base64, 'base64')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const vector = new Float32Array((bytes.byteLength - HEADER) / ELEMENT)
  let sum = 0
  for (let i = 0; i < vector.length; i += 1) {
    const value = view.getFloat32(HEADER + i * ELEMENT + ELEMENT_HEADER)
    vector[i] = value
    sum += value
  }
  return Number.isFinite(sum) ? vector : undefined
}
