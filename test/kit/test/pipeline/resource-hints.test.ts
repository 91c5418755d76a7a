import { alice, testServer } from '@atoll/testing'
import { expect, onTestFinished, test } from 'vitest'
import { libraryServer } from '../library.ts'

test('what a resource without a cache says is for its caller alone and never fresh, whatever its meta says', async () => {
  const server = await testServer(libraryServer, { deps: {} })
  onTestFinished(() => server.close())
  const result = await server.request(
    'resources/read',
    { uri: 'library://a' },
    { as: alice('library:read', 'library:secret') },
  )
  expect(result).toMatchObject({
    ttlMs: 0,
    cacheScope: 'private',
    contents: [{ _meta: { ttlMs: 60_000, cacheScope: 'public' } }],
  })
})
