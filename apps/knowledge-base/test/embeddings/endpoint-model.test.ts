import { inspect } from 'node:util'
import { UnavailableError } from '@atoll/errors'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEndpointModel, type EndpointModelOptions } from '../../src/embeddings/endpoint-model.ts'
import { answer, type Behaviour, DIMENSIONS, refuse, startService, vectorOf, well } from './service.ts'

const { signal } = new AbortController()
const KEY = 'sk-only-we-may-know'
const QUICK = { firstDelay: 1 }

async function modelAt(url: string, options: Partial<EndpointModelOptions> = {}) {
  const model = createEndpointModel({
    url,
    model: 'small',
    dimensions: DIMENSIONS,
    key: KEY,
    resilience: QUICK,
    ...options,
  })
  onTestFinished(() => model.close())
  return model
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

function unit(vector: number[]): Float32Array {
  return Float32Array.from(vector, (value) => value / Math.hypot(...vector))
}

describe('a service that answers', () => {
  test('is asked in the words of the API, and its vectors get length 1', async () => {
    const service = await startService()
    const model = await modelAt(`${service.url}/?version=2`)
    expect(await model.embed(['one', 'three'], { signal })).toEqual(
      [vectorOf('one'), vectorOf('three')].map(unit),
    )
    expect(service.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/embeddings?version=2',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: { model: 'small', input: ['one', 'three'], encoding_format: 'float' },
      },
    ])
    expect(service.requests[0]?.body).not.toHaveProperty('dimensions')
  })

  test('is told to shorten its vectors only where that is wanted', async () => {
    const service = await startService()
    await (await modelAt(service.url, { shorten: true })).embed(['one'], { signal })
    expect(service.requests[0]?.body.dimensions).toBe(DIMENSIONS)
  })

  test('needs no key', async () => {
    const service = await startService()
    await (await modelAt(service.url, { key: undefined })).embed(['one'], { signal })
    expect(service.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test('may answer in any order', async () => {
    const service = await startService((response, { body }) => {
      const data = body.input.map((input, index) => ({ index, embedding: vectorOf(input) }))
      answer(response, { data: data.reverse() })
    })
    const texts = ['a', 'bb', 'ccc']
    const vectors = await (await modelAt(service.url)).embed(texts, { signal })
    expect(vectors).toEqual(texts.map((text) => unit(vectorOf(text))))
  })

  test('is asked for many texts in several requests, two at a time', async () => {
    const service = await startService()
    const texts = Array.from({ length: 300 }, (_, number) => `${number} text`)
    const vectors = await (await modelAt(service.url)).embed(texts, { signal })
    expect(vectors).toEqual(texts.map((text) => unit(vectorOf(text))))
    expect(service.requests.map(({ body }) => body.input.length).sort()).toEqual([44, 64, 64, 64, 64])
    expect(service.busiest).toBeLessThanOrEqual(2)
  })

  test('gets no more characters at once than wanted, unless one text has more', async () => {
    const service = await startService()
    const model = await modelAt(service.url, { characters: 10, concurrency: 1 })
    await model.embed(['12345', '12345', '1', '123456789012', '12'], { signal })
    expect(service.requests.map(({ body }) => body.input)).toEqual([
      ['12345', '12345'],
      ['1'],
      ['123456789012'],
      ['12'],
    ])
  })

  test('is not asked for nothing', async () => {
    const service = await startService()
    expect(await (await modelAt(service.url)).embed([], { signal })).toEqual([])
    expect(service.requests).toEqual([])
  })
})

describe('a service that fails for a moment', () => {
  const hangUp: Behaviour = (response) => response.destroy()
  const halfWay: Behaviour = (response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{"data":', () => response.destroy())
  }
  test.each([
    ['is busy', refuse(429, { 'retry-after': '0' })],
    ['is busy until a date', refuse(429, { 'retry-after': new Date().toUTCString() })],
    ['is broken', refuse(500)],
    ['is restarting', refuse(503)],
    ['hangs up', hangUp],
    ['hangs up half way', halfWay],
  ])('is asked again: it %s', async (_, behaviour) => {
    const service = await startService(behaviour, well)
    const vectors = await (await modelAt(service.url)).embed(['one'], { signal })
    expect(vectors).toEqual([unit(vectorOf('one'))])
    expect(service.requests).toHaveLength(2)
  })

  test('is not waited for when it asks for too long', async () => {
    const service = await startService(refuse(429, { 'retry-after': '3600' }))
    const failure = await failureOf((await modelAt(service.url)).embed(['one'], { signal }))
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', retryAfter: 3600 })
    expect(service.requests).toHaveLength(1)
  })

  test('is given up after three more tries', async () => {
    const service = await startService(refuse(502))
    const failure = await failureOf((await modelAt(service.url)).embed(['one'], { signal }))
    expect(failure).toBeInstanceOf(UnavailableError)
    expect(failure).toMatchObject({
      message: 'The embedding service is not available now. Try again later.',
      cause: { message: 'The embedding service answered with HTTP 502' },
    })
    expect(service.requests).toHaveLength(4)
  })
})

const badData = (change: (data: { index: number; embedding: unknown[] }[]) => unknown): Behaviour => {
  return (response, { body }) => {
    const data = body.input.map((input, index) => ({ index, embedding: vectorOf(input) as unknown[] }))
    answer(response, { data: change(data) })
  }
}
const embedding = (value: unknown[]) =>
  badData((data) => data.map(({ index }) => ({ index, embedding: value })))

const MISBEHAVIOURS: [string, Behaviour][] = [
  ['too few vectors', badData((data) => data.slice(1))],
  ['too many vectors', badData((data) => [...data, ...data])],
  ['the same place twice', badData((data) => data.map(({ embedding }) => ({ index: 0, embedding })))],
  ['no places', badData((data) => data.map(({ embedding }) => ({ embedding })))],
  ['other dimensions', embedding([1, 2, 3])],
  ['null for a number', embedding([1, 2, 3, null])],
  ['text for a number', embedding([1, 2, 3, '4'])],
  ['zeros', embedding([0, 0, 0, 0])],
  ['NaN', (response) => answer(response, '{"data":[{"index":0,"embedding":[1,2,3,NaN]}]}')],
  ['an infinite number', (response) => answer(response, '{"data":[{"index":0,"embedding":[1,2,3,1e999]}]}')],
  ['base64', badData((data) => data.map(({ index }) => ({ index, embedding: 'AAAA' })))],
  ['a page', (response) => answer(response, '<html>Welcome</html>')],
  ['nothing', (response) => answer(response, '')],
  ['far too much', (response) => answer(response, `{"data":[${'[],'.repeat(1_000_000)}`)],
  ['a redirect', refuse(302, { location: 'http://127.0.0.1:1/' })],
  ['bad request', refuse(400)],
  ['a wrong key', refuse(401)],
  ['no such model', refuse(404)],
]

describe('a service that misbehaves', () => {
  test.each(MISBEHAVIOURS)('is not believed nor asked again: %s', async (_, behaviour) => {
    const service = await startService(behaviour)
    const failure = await failureOf((await modelAt(service.url)).embed(['one', 'two'], { signal }))
    expect(failure).toBeInstanceOf(UnavailableError)
    expect(service.requests).toHaveLength(1)
  })

  test('cannot send us, and the key, elsewhere', async () => {
    const elsewhere = await startService()
    const service = await startService(refuse(307, { location: `${elsewhere.url}/embeddings` }))
    await failureOf((await modelAt(service.url)).embed(['one'], { signal }))
    expect(elsewhere.requests).toEqual([])
  })

  test('is given up when it is too slow', async () => {
    const service = await startService(() => {})
    const model = await modelAt(service.url, { timeout: 50, resilience: { retries: 0 } })
    const failure = await failureOf(model.embed(['one'], { signal }))
    expect(failure).toMatchObject({
      code: 'UNAVAILABLE',
      cause: { message: 'The embedding service did not answer within 50 ms' },
    })
  })

  test('is not there', async () => {
    const failure = await failureOf((await modelAt('http://127.0.0.1:1/v1')).embed(['one'], { signal }))
    expect(failure).toMatchObject({
      code: 'UNAVAILABLE',
      cause: { message: 'The embedding service could not be reached or hung up (ECONNREFUSED)' },
    })
  })
})

test('the key is in no error, whatever goes wrong', async () => {
  const behaviours: Behaviour[] = [
    ...MISBEHAVIOURS.map(([, behaviour]) => behaviour),
    refuse(429, { 'retry-after': '3600' }),
    refuse(500),
    (response) => response.destroy(),
    (response) => response.socket?.end('not HTTP at all\r\n\r\n'),
    () => {},
  ]
  for (const behaviour of behaviours) {
    const service = await startService(behaviour)
    const model = await modelAt(service.url, {
      timeout: 50,
      resilience: { retries: 1, firstDelay: 1, failures: 1 },
    })
    const failures = [
      await failureOf(model.embed(['one', 'two'], { signal })),
      await failureOf(model.embed(['one', 'two'], { signal })),
      await failureOf(model.embed(['one'], { signal: AbortSignal.timeout(1) })),
      await failureOf(model.probe(signal)),
    ]
    await model.close()
    failures.push(await failureOf(model.embed(['one'], { signal })))
    expect(failures[0]).toBeInstanceOf(UnavailableError)
    const seen = inspect([model, failures], { depth: Number.POSITIVE_INFINITY, showHidden: true })
    expect(seen).not.toContain(KEY)
    expect(seen).not.toContain('Incorrect API key')
  }
})

describe('a caller who leaves', () => {
  test('is not kept by a slow service', async () => {
    const leaving = new AbortController()
    const service = await startService(() => leaving.abort(new Error('gone')))
    const left = (await modelAt(service.url)).embed(['one'], { signal: leaving.signal })
    await expect(left).rejects.toThrow('gone')
  })

  test('is not kept by the wait before another try', async () => {
    const leaving = new AbortController()
    const service = await startService((response, asked) => {
      refuse(500)(response, asked)
      response.on('close', () => leaving.abort(new Error('gone')))
    })
    const model = await modelAt(service.url, {
      resilience: { firstDelay: 3_600_000, longestDelay: 3_600_000 },
    })
    await expect(model.embed(['one'], { signal: leaving.signal })).rejects.toThrow('gone')
  })

  test('is no failure of the service', async () => {
    const service = await startService(() => {})
    const model = await modelAt(service.url, { resilience: { failures: 1 } })
    await failureOf(model.embed(['one'], { signal: AbortSignal.timeout(20) }))
    await expect(model.probe(signal)).resolves.toBeUndefined()
  })
})

describe('a service that keeps failing', () => {
  test('is left alone for a while, then tried again', async () => {
    let isDown = true
    const service = await startService((response, asked) => (isDown ? refuse(500) : well)(response, asked))
    const model = await modelAt(service.url, { resilience: { retries: 0, failures: 2, pause: 200 } })
    await failureOf(model.embed(['one'], { signal }))
    await failureOf(model.embed(['one'], { signal }))
    isDown = false
    const failure = await failureOf(model.embed(['one'], { signal }))
    expect(failure).toBeInstanceOf(UnavailableError)
    expect(service.requests).toHaveLength(2)
    await expect.poll(() => failureOf(model.embed(['one'], { signal }))).toBeUndefined()
    expect(service.requests).toHaveLength(3)
  })

  test('is not what a text that it refuses makes of it', async () => {
    const service = await startService((response, asked) =>
      (asked.body.input[0] === 'bad' ? refuse(400) : well)(response, asked),
    )
    const model = await modelAt(service.url, { resilience: { failures: 1 } })
    await failureOf(model.embed(['bad'], { signal }))
    expect(await model.embed(['good'], { signal })).toHaveLength(1)
    await expect(model.probe(signal)).resolves.toBeUndefined()
  })
})

describe('the probe', () => {
  test('never asks the service', async () => {
    const service = await startService()
    await expect((await modelAt(service.url)).probe(signal)).resolves.toBeUndefined()
    expect(service.requests).toEqual([])
  })

  test('says that the last use failed, until one works', async () => {
    const service = await startService(refuse(401), well)
    const model = await modelAt(service.url)
    await failureOf(model.embed(['one'], { signal }))
    expect(await failureOf(model.probe(signal))).toBeInstanceOf(UnavailableError)
    await model.embed(['one'], { signal })
    await expect(model.probe(signal)).resolves.toBeUndefined()
  })

  test('lets the service be tried again after a while', async () => {
    const service = await startService(refuse(401))
    const model = await modelAt(service.url, { resilience: { pause: 50 } })
    await failureOf(model.embed(['one'], { signal }))
    await expect.poll(() => failureOf(model.probe(signal))).toBeUndefined()
  })
})

test('refuses texts once it is closed, those on their way too', async () => {
  const arrived = Promise.withResolvers<void>()
  const service = await startService(() => arrived.resolve())
  const model = await modelAt(service.url)
  const waiting = failureOf(model.embed(['one'], { signal }))
  await arrived.promise
  await model.close()
  expect(await waiting).toBeInstanceOf(UnavailableError)
  expect(await failureOf(model.embed(['one'], { signal }))).toBeInstanceOf(UnavailableError)
})
