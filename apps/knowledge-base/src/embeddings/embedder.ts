/** Turns texts into vectors whose inner product says how near two texts are in meaning. */
export interface Embedder {
  /** Names the weights: vectors of different models are not comparable. */
  readonly model: string
  readonly dimensions: number
  /**
   * One vector of length 1 for each text, in their order.
   * Throws UnavailableError when the model cannot be asked now.
   */
  embed(texts: readonly string[], options: { signal: AbortSignal }): Promise<Float32Array[]>
  close(): Promise<void>
}
