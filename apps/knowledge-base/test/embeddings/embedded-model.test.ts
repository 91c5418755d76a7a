import type { Worker } from 'node:worker_threads'
import { UnavailableError } from '@atoll/errors'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { windowsOf } from '../../src/embeddings/embedded/windows.ts'
import { createEmbeddedModel } from '../../src/embeddings/embedded-model.ts'
import { cosine, loadReference } from './reference.ts'
import { longTexts, texts } from './texts.ts'

const { signal } = new AbortController()
/** Cosine: what computing with whole numbers leaves of the published model's floats. */
const ALIKE = 0.995
const model = createEmbeddedModel()
afterAll(() => model.close())

const one = async (text: string) => (await model.embed([text], { signal }))[0] ?? []

test('gives the vectors of the published model', async () => {
  const reference = await loadReference()
  expect(texts.length).toBeGreaterThanOrEqual(100)
  const vectors = await model.embed(texts, { signal })
  expect(vectors).toHaveLength(texts.length)
  for (const [place, text] of texts.entries()) {
    const published = await reference.embed(text)
    expect(cosine(vectors[place] ?? [], published), text).toBeGreaterThan(ALIKE)
  }
})

test('reads a long text to its end, in parts as long as the model reads', async () => {
  const reference = await loadReference()
  const { tokenizer } = reference
  const encode = tokenizer.encode.bind(tokenizer)
  for (const text of longTexts) {
    const parts = windowsOf(encode(text))
    expect(parts.length).toBeGreaterThan(1)
    const published = await Promise.all(
      parts.map((tokens) => {
        tokenizer.encode = () => tokens
        return reference.embed(text)
      }),
    )
    const mean = published[0]?.map((_, place) =>
      published.reduce((sum, vector) => sum + (vector[place] ?? 0), 0),
    )
    expect(cosine(await one(text), mean ?? []), text).toBeGreaterThan(ALIKE)
  }
})

test('gives a text the same vector whatever is asked together with it', async () => {
  const all = [...texts, ...longTexts, '']
  const together = await model.embed(all, { signal })
  const apart = await Promise.all(all.map(one))
  const differences = all.map((text, place) => {
    const [one = [], other = []] = [apart[place], together[place]]
    expect(cosine(one, other), text).toBeGreaterThan(0.9999)
    return Math.max(...Array.from(one, (value, index) => Math.abs(value - (other[index] ?? Number.NaN))))
  })
  // Sums are added up in another order, so that of few texts a number on the border of two codes becomes the other.
  expect(Math.max(...differences)).toBeLessThan(1e-3)
  expect(differences.filter((difference) => difference >= 1e-5).length).toBeLessThanOrEqual(all.length / 50)
})

test('gives vectors of length 1, also where a text says nothing', async () => {
  for (const vector of await model.embed(['', ' ', 'word'], { signal })) {
    expect(vector).toHaveLength(model.dimensions)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  }
})

test('finds a paraphrase nearer than another subject', async () => {
  const query = await one('I forgot my login, what now?')
  const near = await one('Resetting your password')
  const far = await one('Cafeteria menu of the week')
  expect(cosine(query, near)).toBeGreaterThan(cosine(query, far))
})

test('answers no texts with no vectors', async () => {
  expect(await model.embed([], { signal })).toEqual([])
})

test('stops waiting when the caller leaves, and serves the others', async () => {
  const leaving = new AbortController()
  const left = model.embed(texts, { signal: leaving.signal })
  const stays = model.embed(['I stay'], { signal })
  leaving.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  await expect(model.embed(['late'], { signal: leaving.signal })).rejects.toThrow('gone')
  expect(await stays).toEqual(await model.embed(['I stay'], { signal }))
})

test('asks again in a new thread when the thread breaks', async () => {
  const broken = createEmbeddedModel()
  onTestFinished(() => broken.close())
  const workers = endWorkers(1)
  expect(await broken.embed(['again'], { signal })).toEqual(await model.embed(['again'], { signal }))
  expect(workers).toHaveLength(2)
})

test('says that it is not available when the thread breaks again, and works later', async () => {
  const broken = createEmbeddedModel()
  onTestFinished(() => broken.close())
  const workers = endWorkers(2)
  const failed = await broken.embed(['again'], { signal }).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(UnavailableError)
  expect(failed).toMatchObject({ message: 'The embedding model is not available now. Try again later.' })
  expect(workers).toHaveLength(2)
  expect(await broken.embed(['later'], { signal })).toHaveLength(1)
})

test('refuses texts once it is closed, those that wait too', async () => {
  const closing = createEmbeddedModel()
  const waiting = closing.embed(['waits'], { signal })
  const refused = expect(waiting).rejects.toBeInstanceOf(UnavailableError)
  await closing.close()
  await refused
  await expect(closing.embed(['late'], { signal })).rejects.toBeInstanceOf(UnavailableError)
})

/** Ends the first `count` worker threads that start from now on, before they have loaded anything. */
function endWorkers(count: number): Worker[] {
  const started: Worker[] = []
  const onWorker = (worker: Worker) => {
    if (started.push(worker) <= count) void worker.terminate()
  }
  process.on('worker', onWorker)
  onTestFinished(() => {
    process.off('worker', onWorker)
  })
  return started
}
