import { expect, test } from 'vitest'
import { askBySynonyms } from '../../../src/search/synonyms/ask-by-synonyms.ts'
import type { SynonymsOf } from '../../../src/search/synonyms/synonyms-of.ts'

const synonymsOf: SynonymsOf = (query) =>
  query.includes('nan') ? [['bereavement', 'funeral'], ['family member'], ['bereavement']] : []

test('says behind a query what each phrase is called first, once, and leaves others as they are', async () => {
  const read: string[] = []
  const asking = askBySynonyms(
    {
      model: 'test',
      dimensions: 1,
      embed: async (texts) => {
        read.push(...texts)
        return texts.map(() => Float32Array.of(1))
      },
      close: async () => {},
    },
    synonymsOf,
  )
  const { signal } = new AbortController()
  expect(await asking.embed(['my nan died', 'where is the printer?'], { signal })).toHaveLength(2)
  expect(read).toEqual(['my nan died bereavement, family member', 'where is the printer?'])
})
