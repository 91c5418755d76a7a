import { bytes, type Field, int, join, message, text } from './protobuf.ts'

/** The names of ONNX element types (onnx.proto, TensorProto.DataType). */
const ELEMENT = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 }

export interface Input {
  name: string
  type: keyof typeof ELEMENT
  /** A name stands for a size that is known only when the model runs. */
  shape: readonly (number | string)[]
}

export type OnnxGraph = ReturnType<typeof onnxGraph>

type Attribute = number | readonly number[]

/**
 * Writes an ONNX model, one operation after the other: each call returns the name of its result.
 * Field numbers are those of onnx.proto.
 */
export function onnxGraph() {
  const nodes: Field[] = []
  const constants: Field[] = []
  let count = 0

  const add = (
    operation: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    results = 1,
  ): string[] => {
    const outputs = Array.from({ length: results }, () => `${operation}_${count++}`)
    nodes.push(
      message(1, [
        ...inputs.map((input) => text(1, input)),
        ...outputs.map((output) => text(2, output)),
        text(4, operation),
        ...Object.entries(attributes).map(([name, value]) =>
          message(5, [text(1, name), ...attribute(value)]),
        ),
      ]),
    )
    return outputs
  }

  const constant = (
    type: keyof typeof ELEMENT,
    shape: readonly number[],
    { buffer, byteOffset, byteLength }: ArrayBufferView,
  ): string => {
    const name = `constant_${count++}`
    constants.push(
      message(5, [
        ...shape.map((size) => int(1, size)),
        int(2, ELEMENT[type]),
        text(8, name),
        bytes(9, new Uint8Array(buffer, byteOffset, byteLength)),
      ]),
    )
    return name
  }

  return {
    constant,
    number: (value: number) => constant('float', [], Float32Array.of(value)),
    shape: (...sizes: number[]) => constant('int64', [sizes.length], BigInt64Array.from(sizes, BigInt)),
    many: add,
    op: (...call: Parameters<typeof add>): string => add(...call)[0] ?? '',
    finish: (inputs: readonly Input[], output: string): Uint8Array =>
      join([
        int(1, 8),
        message(7, [
          ...nodes,
          text(2, 'graph'),
          ...constants,
          ...inputs.map((input) => describe(11, input)),
          describe(12, { name: output, type: 'float', shape: [] }),
        ]),
        message(8, [int(2, 17)]),
      ]),
  }
}

function attribute(value: Attribute): Field[] {
  if (typeof value === 'number') return [int(3, value), int(20, 2)]
  return [...value.map((item) => int(8, item)), int(20, 7)]
}

function describe(field: number, { name, type, shape }: Input): Field {
  const sizes = shape.map((size) => message(1, [typeof size === 'number' ? int(1, size) : text(2, size)]))
  const tensor = [int(1, ELEMENT[type]), ...(sizes.length > 0 ? [message(2, sizes)] : [])]
  return message(field, [text(1, name), message(2, [message(1, tensor)])])
}
