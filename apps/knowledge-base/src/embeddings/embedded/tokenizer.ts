/** A piece of text and its logarithmic probability; the place in the list is its id. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[]

/** Splits a text into the ids of the vocabulary's pieces. */
export type Tokenize = (text: string) => number[]

/** The first ids are marks, which no text contains. */
const RESERVED = 6
const UNKNOWN = 0
const ROOT = 0
/** Pieces are shorter than 17 characters and the model reads 128: what lies further on is not looked at. */
const READABLE = 8192

/**
 * A unigram tokenizer (SentencePiece) that finds the likeliest split by Viterbi.
 * As in the model's training, an unknown character costs nothing and neighbouring ones are one token.
 */
export function createTokenizer(vocabulary: Vocabulary): Tokenize {
  const { next, pieceAt } = buildTrie(vocabulary)
  const scores = Float64Array.from(vocabulary, ([, score]) => score)
  const lengths = Uint8Array.from(vocabulary, ([piece]) => piece.length)
  return (text) => {
    const input = prepare(text)
    const best = new Float64Array(input.length + 1)
    const pieces = new Int32Array(input.length + 1)
    const offer = (end: number, piece: number, score: number) => {
      if (best[end] !== 0 && score < at(best, end)) return
      best[end] = score
      pieces[end] = piece
    }
    for (let start = 0; start < input.length; start++) {
      let known = false
      let node = next.get(edge(ROOT, input.charCodeAt(start)))
      for (let end = start + 1; node !== undefined; end++) {
        const piece = pieceAt[node] ?? UNKNOWN
        if (piece !== UNKNOWN) {
          known = true
          offer(end, piece, at(best, start) + at(scores, piece))
        }
        node = end < input.length ? next.get(edge(node, input.charCodeAt(end))) : undefined
      }
      if (!known) offer(start + 1, UNKNOWN, at(best, start))
    }
    return walkBack(pieces, lengths)
  }
}

function prepare(text: string): string {
  const normal = text.slice(0, READABLE).normalize('NFKC')
  return normal === '' ? '' : `▁${normal.replaceAll(' ', '▁')}`
}

function walkBack(pieces: Int32Array, lengths: Uint8Array): number[] {
  const ids: number[] = []
  for (let end = pieces.length - 1; end > 0; ) {
    const piece = at(pieces, end)
    if (piece !== UNKNOWN || ids.at(-1) !== UNKNOWN) ids.push(piece)
    end -= at(lengths, piece)
  }
  return ids.reverse()
}

/** A trie as one map from node and character to node: thousands of small maps would take far more memory. */
function buildTrie(vocabulary: Vocabulary) {
  const next = new Map<number, number>()
  const pieceAt: number[] = [UNKNOWN]
  for (const [id, [piece]] of vocabulary.entries()) {
    if (id < RESERVED) continue
    let node = ROOT
    for (let i = 0; i < piece.length; i++) {
      const key = edge(node, piece.charCodeAt(i))
      node = next.get(key) ?? pieceAt.push(UNKNOWN) - 1
      next.set(key, node)
    }
    pieceAt[node] = id
  }
  return { next, pieceAt }
}

const edge = (node: number, character: number) => node * 65_536 + character

const at = (numbers: Float64Array | Int32Array | Uint8Array, index: number) => numbers[index] ?? 0
