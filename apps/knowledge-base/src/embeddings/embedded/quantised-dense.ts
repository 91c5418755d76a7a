import type { OnnxGraph } from './onnx.ts'
import type { Weight } from './weights.ts'

/** Codes of 7 bits: two products of 8 bits would overflow the 16 bits that processors without VNNI add them in. */
const LARGEST_WEIGHT = 63
const LARGEST_INPUT = 127
/** The inputs' codes are without sign, which is what every processor has a fast instruction for. */
const ZERO = 128

/**
 * A dense layer in whole numbers: `input` times `kernel` plus `bias`. Each row of the input has a scale of its own, so
 * that what becomes of a token does not depend on the others of its batch, and so has each column of the kernel.
 */
export function quantisedDense(graph: OnnxGraph, input: string, kernel: Weight, bias: string): string {
  const { op, number } = graph
  const { codes, scales, shape } = quantise(kernel)
  const reach = op('ReduceMax', [op('Abs', [input])], { axes: [1], keepdims: 0 })
  const step = op('Mul', [op('Max', [reach, number(1e-9)]), number(1 / LARGEST_INPUT)])
  const zero = graph.constant('uint8', [1], Uint8Array.of(ZERO))
  const coded = op('QuantizeLinear', [input, step, op('Expand', [zero, op('Shape', [step])])], { axis: 0 })
  const product = op('MatMulInteger', [coded, graph.constant('int8', shape, codes), zero])
  const unscaled = op('DequantizeLinear', [product, step], { axis: 0 })
  return op('Add', [op('Mul', [unscaled, graph.constant('float', [scales.length], scales)]), bias])
}

/** Whole numbers which, times the scale of their column, are nearest to the weights. */
function quantise({ shape, data }: Weight): { codes: Int8Array; scales: Float32Array; shape: number[] } {
  const sizes = shape.filter((size) => size !== 1)
  const [, columns = 1] = sizes
  // A copy, as the bytes may lie anywhere in those of the model.
  const weights = new Float32Array(Uint8Array.from(data).buffer)
  const scales = new Float32Array(columns)
  for (const [place, weight] of weights.entries()) {
    const column = place % columns
    scales[column] = Math.max(scales[column] as number, Math.abs(weight) / LARGEST_WEIGHT)
  }
  const codes = Int8Array.from(weights, (weight, place) => {
    const scale = scales[place % columns] as number
    return scale === 0 ? 0 : Math.round(weight / scale)
  })
  return { codes, scales, shape: sizes }
}
