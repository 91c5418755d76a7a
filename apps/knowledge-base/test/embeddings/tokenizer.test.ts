import { expect, test } from 'vitest'
import { createTokenizer } from '../../src/embeddings/embedded/tokenizer.ts'
import { readVocabulary } from '../../src/embeddings/embedded/weights.ts'
import { loadReference } from './reference.ts'
import { longTexts, texts } from './texts.ts'

const vocabulary = await readVocabulary()
const tokenize = createTokenizer(vocabulary)
const { tokenizer } = await loadReference()

test('splits texts of all kinds as the model learnt them', () => {
  for (const text of ['', ...texts, ...longTexts])
    expect(tokenize(text), text).toEqual(tokenizer.encode(text))
})

test('splits words that it does not know as the model learnt them', () => {
  const pieces = vocabulary.slice(6).map(([piece]) => piece)
  for (let seed = 1; seed <= 2000; seed++) {
    const word = Array.from(
      { length: 1 + (seed % 9) },
      (_, place) => pieces[(seed * 7919 * (place + 3)) % pieces.length],
    )
    const text = word.join(seed % 4 === 0 ? ' ' : '')
    expect(tokenize(text), text).toEqual(tokenizer.encode(text))
  }
})
