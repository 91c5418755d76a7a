/** A field of a protobuf message, encoded (protobuf.dev, "Encoding"). */
export type Field = readonly Uint8Array[]

export const int = (field: number, value: number): Field => [varint(field * 8), varint(value)]

export const bytes = (field: number, value: Uint8Array): Field => [
  varint(field * 8 + 2),
  varint(value.byteLength),
  value,
]

export const text = (field: number, value: string): Field => bytes(field, Buffer.from(value))

/** Parts stay apart until the outermost message is joined: weights are copied once. */
export const message = (field: number, fields: readonly Field[]): Field => {
  const parts = fields.flat()
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0)
  return [varint(field * 8 + 2), varint(length), ...parts]
}

export const join = (fields: readonly Field[]): Uint8Array => Buffer.concat(fields.flat())

function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const out: number[] = []
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  return Uint8Array.from([...out, Number(rest)])
}
