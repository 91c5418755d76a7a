import { layerNormal } from './layer-normal.ts'
import { onnxGraph } from './onnx.ts'
import { quantisedDense } from './quantised-dense.ts'
import type { Weights } from './weights.ts'

export const DIMENSIONS = 512
/** The model reads this many tokens of a text. */
export const LONGEST = 128

const HEADS = 4
const INNER = 'module_apply_default/Encoder_en/KonaTransformer/Encode'
const OUTER = 'module/Encoder_en'

/**
 * The encoder of the Universal Sentence Encoder (lite) as an ONNX model. All tokens of a batch lie in one list, so that
 * no work is done for padding; only attention lays them out by text:
 * `ids` and `positions` of the tokens, `slots` (text, place) -> token, `mask` 0 or very low, `places` token -> slot, and
 * `shares`, by which the tokens of each text are averaged.
 */
export function transformer(weights: Weights): Uint8Array {
  const graph = onnxGraph()
  const { op } = graph
  const weight = (name: string) => {
    const { shape, data } = weights(name)
    return graph.constant(
      'float',
      shape.filter((size) => size !== 1),
      data,
    )
  }
  const dense = (input: string, kernel: string, bias: string) =>
    quantisedDense(graph, input, weights(kernel), weight(bias))
  const normal = (input: string, layer: string) => {
    const [gain = '', shift = ''] = ['scale', 'bias'].map((part) =>
      weight(`${layer}/layer_norm_${part}/ConcatPartitions/concat`),
    )
    return layerNormal(graph, input, gain, shift)
  }

  const layer = (index: number, input: string, width: number, residual: string, pool = same) => {
    const at = `${INNER}/Layer_${index}/TransformerLayer`
    const attended = attention(normal(input, `${at}/layer_prepostprocess/layer_norm`), index, width)
    const middle = op('Add', [attended, residual])
    const wide = dense(
      normal(middle, `${at}/FFN/layer_prepostprocess/layer_norm`),
      `${INNER}/TransformerStack/Layer_${index}/TransformerLayer/FFN/conv1/Tensordot/Reshape_1`,
      `${at}/FFN/conv1/bias/ConcatPartitions/concat`,
    )
    const narrow = dense(
      pool(op('Relu', [wide])),
      `${INNER}/TransformerStack/Layer_${index}/TransformerLayer/FFN/conv2/Tensordot/Reshape_1`,
      `${at}/FFN/conv2/bias/ConcatPartitions/concat`,
    )
    return op('Add', [narrow, pool(middle)])
  }

  const attention = (input: string, index: number, width: number) => {
    const names = (part: string): [string, string] => [
      `${OUTER}/KonaTransformer/Encode/Layer_${index}/TransformerLayer/MultiheadAttention/${part}_transform_single/kernel/part_0`,
      `${INNER}/Layer_${index}/TransformerLayer/MultiheadAttention/${part}_transform_single/bias/ConcatPartitions/concat`,
    ]
    const all = op('Gather', [dense(input, ...names('qkv')), 'slots'])
    const parts = graph.many('Split', [all], { axis: 2 }, 3)
    const [query = '', key = '', value = ''] = parts.map((part, place) =>
      op('Transpose', [op('Reshape', [part, graph.shape(0, 0, HEADS, width / HEADS)])], {
        perm: place === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3],
      }),
    )
    const scale = graph.number((width / HEADS) ** -0.5)
    const scores = op('Add', [op('MatMul', [op('Mul', [query, scale]), key]), 'mask'])
    const seen = op('MatMul', [op('Softmax', [scores], { axis: -1 }), value])
    const laid = op('Reshape', [op('Transpose', [seen], { perm: [0, 2, 1, 3] }), graph.shape(-1, width)])
    return dense(op('Gather', [laid, 'places']), ...names('output'))
  }

  const embedding = op('Gather', [weight('module/Embeddings_en'), 'ids'])
  const time = op('Gather', [graph.constant('float', [LONGEST, 256], timing(weights)), 'positions'])
  // The signal is added to the embedding, and the sum to the embedding once more.
  const first = op('Add', [op('Add', [embedding, time]), embedding])
  const second = layer(
    0,
    first,
    256,
    dense(
      first,
      `${INNER}/Layer_0/TransformerLayer/dense/kernel/ConcatPartitions/concat`,
      `${INNER}/Layer_0/TransformerLayer/dense/bias/ConcatPartitions/concat`,
    ),
  )
  // The average is taken before the last multiplication rather than after it, which saves a sixth of all work.
  const average = (tokens: string) => op('MatMul', ['shares', tokens])
  const last = layer(1, second, DIMENSIONS, second, average)
  const hidden = `${OUTER}/hidden_layers/tanh_layer_0`
  const flat = op('Tanh', [dense(last, `${hidden}/weights`, `${hidden}/bias`)])
  const unit = op('LpNormalization', [flat], { axis: -1, p: 2 })
  return graph.finish(
    [
      { name: 'ids', type: 'int32', shape: ['tokens'] },
      { name: 'positions', type: 'int32', shape: ['tokens'] },
      { name: 'slots', type: 'int32', shape: ['texts', 'longest'] },
      { name: 'mask', type: 'float', shape: ['texts', 1, 1, 'longest'] },
      { name: 'places', type: 'int32', shape: ['tokens'] },
      { name: 'shares', type: 'float', shape: ['texts', 'tokens'] },
    ],
    unit,
  )
}

const same = (tokens: string): string => tokens

/** Sines and then cosines of the position, at frequencies that the model names. */
function timing(weights: Weights): Float32Array<ArrayBuffer> {
  const { data } = weights(`${INNER}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`)
  const frequencies = new Float32Array(new Uint8Array(data).buffer)
  const rows = Array.from({ length: LONGEST }, (_, position) => {
    const angles = Array.from(frequencies, (frequency) => Math.fround(position * frequency))
    return [...angles.map(Math.sin), ...angles.map(Math.cos)]
  })
  return Float32Array.from(rows.flat())
}
