import type { OnnxGraph } from './onnx.ts'

const EPSILON = 1e-6

/**
 * Each row less its mean, divided by its standard deviation, times `gain` plus `shift`. ONNX Runtime's own
 * `LayerNormalization` goes number by number, and takes longer than these operations together.
 */
export function layerNormal(graph: OnnxGraph, input: string, gain: string, shift: string): string {
  const { op, number } = graph
  const rows = { axes: [1], keepdims: 1 }
  const centred = op('Sub', [input, op('ReduceMean', [input], rows)])
  const variance = op('ReduceMean', [op('Mul', [centred, centred])], rows)
  const normal = op('Div', [centred, op('Sqrt', [op('Add', [variance, number(EPSILON)])])])
  return op('Add', [op('Mul', [normal, gain]), shift])
}
