/** Bounds of one request. */
export interface BatchLimits {
  texts: number
  /** A text that is longer goes alone. */
  characters: number
}

/** Cut texts into batches in their order. */
export function batchesOf(texts: readonly string[], limits: BatchLimits): string[][] {
  const batches: string[][] = []
  let batch: string[] = []
  let characters = 0
  for (const text of texts) {
    const isFull = batch.length >= limits.texts || characters + text.length > limits.characters
    if (isFull && batch.length > 0) {
      batches.push(batch)
      batch = []
      characters = 0
    }
    batch.push(text)
    characters += text.length
  }
  return batch.length > 0 ? [...batches, batch] : batches
}
