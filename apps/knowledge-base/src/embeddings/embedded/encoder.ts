import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import { layOut } from './batch.ts'
import { transformer } from './transformer.ts'
import { readWeights } from './weights.ts'

/** Gives the vectors of some texts, one after the other. Blocks its thread meanwhile. */
export type Encode = (texts: readonly (readonly number[])[]) => Promise<Float32Array>

/** Load the embedded model, to be run on `threads` cores. */
export async function loadEncoder(threads: number): Promise<Encode> {
  // Warnings are about hardware that it does not find, and go past the log.
  env.logLevel = 'error'
  const session = await InferenceSession.create(transformer(await readWeights()), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Threads that wait for work by spinning would take the core from the rest of the server.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  const [output = ''] = session.outputNames
  return async (texts) => {
    const { ids, positions, slots, mask, places, shares, ...sizes } = layOut(texts)
    const { [output]: vectors } = await session.run({
      ids: new Tensor('int32', ids, [sizes.tokens]),
      positions: new Tensor('int32', positions, [sizes.tokens]),
      slots: new Tensor('int32', slots, [sizes.texts, sizes.longest]),
      mask: new Tensor('float32', mask, [sizes.texts, 1, 1, sizes.longest]),
      places: new Tensor('int32', places, [sizes.tokens]),
      shares: new Tensor('float32', shares, [sizes.texts, sizes.tokens]),
    })
    if (!(vectors?.data instanceof Float32Array)) throw new Error('The model gave no vectors')
    return vectors.data
  }
}
