import { env, InferenceSession } from 'onnxruntime-node'

/** Load a model, to be run on `threads` cores. A run blocks the thread that asks for it. */
export async function loadSession(model: Uint8Array, threads: number): Promise<InferenceSession> {
  // Warnings are about hardware that it does not find, and go past the log.
  env.logLevel = 'error'
  return await InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Threads that wait for work by spinning would take the core from the rest of the server.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
}
