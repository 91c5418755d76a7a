const NEVER = -1e9

/** What the transformer is asked for the tokens of some texts. */
export interface Batch {
  texts: number
  tokens: number
  longest: number
  ids: Int32Array
  positions: Int32Array
  slots: Int32Array
  mask: Float32Array
  places: Int32Array
  shares: Float32Array
}

/** Lay out the tokens of some texts. Where no text has any, one token stands in, and its share is nothing. */
export function layOut(texts: readonly (readonly number[])[]): Batch {
  const tokens = Math.max(
    1,
    texts.reduce((sum, ids) => sum + ids.length, 0),
  )
  const longest = Math.max(1, ...texts.map((ids) => ids.length))
  const batch: Batch = {
    texts: texts.length,
    tokens,
    longest,
    ids: new Int32Array(tokens),
    positions: new Int32Array(tokens),
    slots: new Int32Array(texts.length * longest),
    mask: new Float32Array(texts.length * longest).fill(NEVER),
    places: new Int32Array(tokens),
    shares: new Float32Array(texts.length * tokens),
  }
  let token = 0
  for (const [row, ids] of texts.entries()) {
    for (const [position, id] of ids.entries()) {
      const place = row * longest + position
      batch.ids[token] = id
      batch.positions[token] = position
      batch.places[token] = place
      batch.slots[place] = token
      batch.mask[place] = 0
      batch.shares[row * tokens + token] = 1 / ids.length
      token++
    }
  }
  return batch
}
