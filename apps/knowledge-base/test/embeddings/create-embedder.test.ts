import { inspect } from 'node:util'
import { ConfigError, parseEnvironment } from '@atoll/server-kit'
import { expect, onTestFinished, test } from 'vitest'
import { EmbeddingConfig } from '../../src/embeddings/config.ts'
import { createEmbedder } from '../../src/embeddings/create-embedder.ts'
import { startService } from './service.ts'

const { signal } = new AbortController()

function embedderOf(env: Record<string, string>) {
  const embedder = createEmbedder(parseEnvironment(EmbeddingConfig, env))
  onTestFinished(() => embedder.close())
  return embedder
}

test('without a service the model that comes with the app is used', async () => {
  const embedder = embedderOf({})
  await embedder.warm()
  await embedder.probe(signal)
  expect(embedder).toMatchObject({ model: 'universal-sentence-encoder-lite-en', dimensions: 512 })
  expect(await embedder.embed(['one'], { signal })).toHaveLength(1)
})

test('with a service it is asked for what the environment says', async () => {
  const service = await startService()
  const embedder = embedderOf({
    EMBEDDING_URL: service.url,
    EMBEDDING_MODEL: 'small',
    EMBEDDING_DIMENSIONS: '4',
    EMBEDDING_KEY: 'secret',
    EMBEDDING_SHORTEN: 'true',
  })
  await embedder.warm()
  await embedder.probe(signal)
  expect(service.requests).toEqual([])
  expect(embedder).toMatchObject({ model: 'small', dimensions: 4 })
  await embedder.embed(['one'], { signal })
  expect(service.requests).toMatchObject([
    { headers: { authorization: 'Bearer secret' }, body: { model: 'small', dimensions: 4 } },
  ])
})

test('a service must be told whole', () => {
  expect(() => embedderOf({ EMBEDDING_URL: 'https://embeddings.example/v1' })).toThrow(
    new ConfigError([
      'EMBEDDING_MODEL: must be set together with EMBEDDING_URL',
      'EMBEDDING_DIMENSIONS: must be set together with EMBEDDING_URL',
    ]),
  )
})

test.each([
  ['EMBEDDING_URL', 'ftp://embeddings.example'],
  ['EMBEDDING_URL', 'https://name:secret@embeddings.example/v1'],
  ['EMBEDDING_DIMENSIONS', '0'],
  ['EMBEDDING_SHORTEN', 'yes'],
  ['EMBEDDING_TIMEOUT_MS', 'soon'],
])('names %s where its value cannot be used: %s', (name, value) => {
  const failure = (() => {
    try {
      return embedderOf({ [name]: value })
    } catch (error) {
      return error
    }
  })()
  expect(failure).toBeInstanceOf(ConfigError)
  expect(failure).toMatchObject({ message: expect.stringContaining(`${name}: `) })
  expect(inspect(failure)).not.toContain('secret')
})
