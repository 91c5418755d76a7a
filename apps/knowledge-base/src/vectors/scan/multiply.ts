import { Tensor } from 'onnxruntime-node'
import { onnxGraph } from '../../onnx/graph.ts'
import { loadSession } from '../../onnx/session.ts'
import { ROW } from './quantise.ts'

/**
 * Inner products of all rows' codes with those of each query: of the first row with every query, then of the next. Blocks
 * its thread meanwhile.
 */
export type Multiply = (rows: Uint8Array, queries: readonly Int8Array[]) => Promise<Int32Array>

/** One multiplication of matrices, which reads the rows once for all queries. */
export async function loadMultiply(): Promise<Multiply> {
  const session = await loadSession(model(), 1)
  const [output = ''] = session.outputNames
  // One place for all products, as each is looked at before the next is asked for.
  let room = new Int32Array(0)
  return async (rows, queries) => {
    const numbers = queries[0]?.length ?? 0
    const count = rows.length / numbers
    const size = count * queries.length
    if (size > room.length) room = new Int32Array(size)
    const products = room.subarray(0, size)
    const together = new Int8Array(queries.length * numbers)
    for (const [index, query] of queries.entries()) together.set(query, index * numbers)
    await session.run(
      {
        rows: new Tensor('uint8', rows, [count, numbers]),
        queries: new Tensor('int8', together, [queries.length, numbers]),
      },
      { [output]: new Tensor('int32', products, [count, queries.length]) },
    )
    return products
  }
}

function model(): Uint8Array {
  const { op, constant, finish } = onnxGraph()
  const zero = constant('uint8', [], Uint8Array.of(ROW.zero))
  const product = op('MatMulInteger', ['rows', op('Transpose', ['queries'], { perm: [1, 0] }), zero])
  return finish(
    [
      { name: 'rows', type: 'uint8', shape: ['rows', 'numbers'] },
      { name: 'queries', type: 'int8', shape: ['queries', 'numbers'] },
    ],
    { name: product, type: 'int32' },
  )
}
