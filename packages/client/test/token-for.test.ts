import { ForbiddenError, UnavailableError } from '@atoll/errors'
import { expect, test } from 'vitest'
import { Client, type Credentials } from '../src/index.ts'
import { badServer, status } from './servers/bad.ts'

/** Discovers with one token, and asks with another. */
function open(url: string) {
  return new Client({ url, name: 'hr', credentials: { context: 'own', token: () => 'own' } })
}

function caller(token: Credentials['token']): Credentials {
  return { context: 'alice', token }
}

test('a token that does not come costs no more than the deadline of the request', async () => {
  const server = await badServer()
  const client = open(server.url)
  await client.discover()
  const credentials = caller(() => new Promise(() => {}))
  const asking = client.request('tools/call', { name: 'a' }, { credentials, timeout: 50 })
  await expect(asking).rejects.toMatchObject({ code: 'TIMEOUT' })
  expect(server.calls).toEqual([])
  await client.close()
})

test.each([
  ['comes', async () => 'token'],
  ['cannot be had', () => Promise.reject(new UnavailableError('The identity provider is down'))],
])('a caller who has left before a token is asked for is told so, whether or not it %s', async (_, token) => {
  const server = await badServer()
  const client = open(server.url)
  await client.discover()
  const signal = AbortSignal.abort(new Error('gone'))
  const asking = client.request('tools/call', { name: 'a' }, { credentials: caller(token), signal })
  await expect(asking).rejects.toThrow('gone')
  expect(server.calls).toEqual([])
  await client.close()
})

test('a caller who leaves does not wait for a token', async () => {
  const server = await badServer()
  const client = open(server.url)
  await client.discover()
  const leaving = new AbortController()
  const credentials = caller(() => {
    queueMicrotask(() => leaving.abort(new Error('gone')))
    return new Promise(() => {})
  })
  const asking = client.request('tools/call', { name: 'a' }, { credentials, signal: leaving.signal })
  await expect(asking).rejects.toThrow('gone')
  expect(server.calls).toEqual([])
  await client.close()
})

test('a token that cannot be had is no fault of the server, and is not asked for again', async () => {
  const server = await badServer()
  const client = open(server.url)
  await client.discover()
  let times = 0
  const credentials = caller(async () => {
    times++
    throw new UnavailableError('The identity provider is down.', { retryAfter: 60 })
  })
  const asking = client.request('resources/read', { uri: 'a' }, { credentials })
  await expect(asking).rejects.toMatchObject({ message: 'The identity provider is down.', retryAfter: 60 })
  expect({ times, calls: server.calls.length }).toEqual({ times: 1, calls: 0 })
  expect(client.instances[0]).toMatchObject({ isResting: false })
  const refusing = caller(() => {
    throw new ForbiddenError('Not you.')
  })
  await expect(client.request('resources/read', {}, { credentials: refusing })).rejects.toThrow('Not you.')
  await client.close()
})

test('a token that the client itself cannot have for its look says so', async () => {
  const server = await badServer()
  const down = new UnavailableError('The identity provider is down.', { retryAfter: 60 })
  const credentials = caller(() => Promise.reject(down))
  const client = new Client({ url: server.url, name: 'hr', credentials })
  await expect(client.discover()).rejects.toThrow('The identity provider is down.')
  await client.close()
})

test.each([
  ['held', (token: string) => token],
  ['got', async (token: string) => token],
])(
  'a token that is %s and cannot be a header is no fault of the server, and is not told',
  async (_, give) => {
    const server = await badServer()
    const client = open(server.url)
    await client.discover()
    const credentials = caller(() => give('secret\n'))
    for (let round = 0; round < 12; round++) {
      const error = await client
        .request('tools/call', { name: 'a' }, { credentials })
        .catch((thrown) => thrown)
      expect(error).toMatchObject({ message: expect.stringContaining('The token cannot be sent') })
      expect(String(error)).not.toContain('secret')
    }
    expect(client.instances[0]).toMatchObject({ breaker: 'closed', isResting: false })
    expect(server.calls).toEqual([])
    await client.close()
    const own = new Client({ url: server.url, credentials })
    await expect(own.discover()).rejects.toThrow('The token cannot be sent')
    await own.close()
  },
)

test('a server that refuses every token is asked twice, whatever the tokens are', async () => {
  const server = await badServer()
  server.next.push(...Array.from({ length: 9 }, () => status(401)))
  const client = open(server.url)
  const given: (boolean | undefined)[] = []
  const credentials = caller(async (options) => {
    given.push(options?.fresh)
    return `token ${given.length}`
  })
  await expect(client.request('tools/call', { name: 'a' }, { credentials })).rejects.toThrow(
    'does not accept these credentials',
  )
  expect(given).toEqual([undefined, true])
  expect(server.calls.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token 1',
    'Bearer token 2',
  ])
  await client.close()
})
