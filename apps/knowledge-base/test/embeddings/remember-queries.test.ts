import { expect, test } from 'vitest'
import type { Embedder } from '../../src/embeddings/embedder.ts'
import { rememberQueries } from '../../src/embeddings/remember-queries.ts'

const { signal } = new AbortController()

function counting(): Embedder & { asked: string[][] } {
  const asked: string[][] = []
  return {
    asked,
    model: 'lengths',
    dimensions: 1,
    embed: async (texts) => {
      asked.push([...texts])
      return texts.map((text) => Float32Array.of(text.length))
    },
    close: async () => {},
  }
}

test('asks the model only for texts that were not asked before, in the order of the question', async () => {
  const model = counting()
  const remembering = rememberQueries(model)
  await remembering.embed(['one'], { signal })
  expect(await remembering.embed(['three', 'one', 'three', 'zz'], { signal })).toEqual(
    [5, 3, 5, 2].map((length) => Float32Array.of(length)),
  )
  await remembering.embed(['zz', 'one'], { signal })
  expect(model.asked).toEqual([['one'], ['three', 'zz']])
})

test('keeps what it remembers from being changed by a caller', async () => {
  const remembering = rememberQueries(counting())
  for (let time = 0; time < 2; time++) {
    const [vector] = await remembering.embed(['one'], { signal })
    expect(vector).toEqual(Float32Array.of(3))
    vector?.fill(0)
  }
})

test('forgets the texts that were asked longest ago', async () => {
  const model = counting()
  const remembering = rememberQueries(model)
  for (let text = 0; text <= 2000; text++) await remembering.embed([`${text}`], { signal })
  model.asked.length = 0
  await remembering.embed(['2000', '0'], { signal })
  expect(model.asked).toEqual([['0']])
})

test('remembers nothing of a failure', async () => {
  const model = counting()
  let isDown = true
  const remembering = rememberQueries({
    ...model,
    embed: async (texts, options) => {
      if (isDown) throw new Error('down')
      return model.embed(texts, options)
    },
  })
  await expect(remembering.embed(['one'], { signal })).rejects.toThrow('down')
  isDown = false
  expect(await remembering.embed(['one'], { signal })).toEqual([Float32Array.of(3)])
})
