export type ToWorker = { id: number; texts: readonly string[] } | { cancel: number }

/** The vectors of all texts of request `id`, one after the other. */
export interface FromWorker {
  id: number
  vectors: Float32Array<ArrayBuffer>
}
