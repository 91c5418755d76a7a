import {
  ForbiddenError,
  InsufficientScopeError,
  LimitedError,
  TimeoutError,
  UnavailableError,
} from '@atoll/errors'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStream } from '../src/get-stream.ts'
import {
  BadAnswerError,
  Client,
  type ClientOptions,
  OutcomeUnknownError,
  type Params,
  type RequestOptions,
} from '../src/index.ts'
import { createPool } from '../src/pool.ts'
import {
  answer,
  type BadServer,
  type Behaviour,
  badServer,
  endless,
  endlessEvent,
  hangUp,
  neverAnswer,
  status,
  stream,
  well,
} from './servers/bad.ts'
import { listen } from './servers/listen.ts'

let server: BadServer
const clients: Client[] = []
beforeEach(async () => {
  server = await badServer()
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await server.close()
})

/** Progress of nothing that is known here. */
const STRAY = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } }

function connect(options: Partial<ClientOptions> = {}): Client {
  const retry = { firstPause: 1, longestPause: 2 }
  const client = new Client({ url: server.url, name: 'bad', timeout: 5000, retry, ...options })
  clients.push(client)
  return client
}

/** Read-only, so it may be repeated. */
function read(client = connect(), options: RequestOptions = {}) {
  return client.request(
    'tools/call',
    { name: 'get_thing', arguments: {} },
    { ...options, isRepeatable: true },
  )
}

function write(client = connect(), options: RequestOptions = {}) {
  return client.request('tools/call', { name: 'buy_thing', arguments: {} }, options)
}

const GOOD = { content: [{ type: 'text', text: 'well done' }] }

describe('a server that hangs up under way', () => {
  test('is asked again for a read', async () => {
    server.next.push(hangUp, hangUp)
    expect(await read()).toMatchObject(GOOD)
    expect(server.calls).toHaveLength(3)
  })

  test('tells of progress that increases, though it begins anew', async () => {
    const progress = (progress: number) => ({ ...STRAY, params: { progressToken: 1, progress } })
    server.next.push(
      (request, response, message) => {
        stream([1, 2, 3].map(progress))(request, response, message)
        response.end()
      },
      stream([1, 2, 3, 3, 4].map(progress), { content: [] }),
    )
    const heard: unknown[] = []
    const onNotification = (_: string, params: Params) => void heard.push(params.progress)
    await read(connect(), { meta: { progressToken: 1 }, onNotification })
    expect(heard).toEqual([1, 2, 3, 4])
  })

  test('is not asked more than three times', async () => {
    server.next.push(hangUp, hangUp, hangUp, hangUp)
    await expect(read()).rejects.toThrow(UnavailableError)
    expect(server.calls).toHaveLength(3)
  })

  test('never gets a write twice, and the caller learns that the outcome is unknown', async () => {
    server.next.push(hangUp)
    const call = write()
    await expect(call).rejects.toThrow(OutcomeUnknownError)
    await expect(call).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('look before'),
    })
    expect(server.calls).toHaveLength(1)
  })
})

describe('a server that cannot be reached', () => {
  test('is given up with an error that says so', async () => {
    const gone = await listen(() => {})
    await gone.close()
    const call = write(connect({ url: gone.url }))
    await expect(call).rejects.toThrow(UnavailableError)
    await expect(call).rejects.toMatchObject({ message: 'bad cannot be reached right now.', retryable: true })
  })

  test('gets even a write once it is back, because nothing of it had been sent', async () => {
    const client = connect({ retry: { attempts: 50, firstPause: 20, longestPause: 20 }, breakFor: 20 })
    await read(client)
    const port = Number(new URL(server.url).port)
    await server.close()
    // Kept connections are found to be closed by this one.
    await expect(read(client, { timeout: 100 })).rejects.toThrow(UnavailableError)
    await expect.poll(() => client.instances[0]?.isShut).toBe(false)
    const call = write(client)
    await new Promise<void>((resolve) => server.server.listen(port, '127.0.0.1', resolve))
    expect(await call).toMatchObject(GOOD)
    expect(server.calls.map(({ message }) => message.params.name)).toEqual(['get_thing', 'buy_thing'])
  })
})

describe('a server that does not answer', () => {
  test('is given up at the deadline', async () => {
    server.next.push(neverAnswer)
    const call = read(connect(), { timeout: 100 })
    await expect(call).rejects.toThrow(TimeoutError)
    await expect(call).rejects.toThrow('bad did not answer within 0.1 s.')
    expect(server.calls).toHaveLength(1)
  })

  test('and not to what it is either, costs a list no more than its deadline or its caller', async () => {
    const silent = await listen(() => {})
    const client = connect({ url: silent.url, timeout: 60_000 })
    const late = client.list('tools', { timeout: 50 })
    await expect(late).rejects.toThrow('bad did not answer within 0.05 s.')
    const left = client.list('tools', { signal: AbortSignal.abort(new Error('gone')) })
    await expect(left).rejects.toThrow('gone')
    await silent.close()
  })

  test('may have a time that no timer can wait', async () => {
    server.next.push((...message) => void setTimeout(() => well(...message), 20))
    expect(await read(connect(), { timeout: Number.POSITIVE_INFINITY })).toMatchObject(GOOD)
    expect(await connect().list('prompts', { timeout: Number.POSITIVE_INFINITY })).toMatchObject({
      items: [],
    })
  })

  test('leaves the outcome of a write unknown', async () => {
    server.next.push(neverAnswer)
    await expect(write(connect(), { timeout: 100 })).rejects.toThrow(OutcomeUnknownError)
  })

  test('does not spoil the calls that follow', async () => {
    server.next.push(neverAnswer)
    const client = connect()
    await expect(read(client, { timeout: 100 })).rejects.toThrow(TimeoutError)
    expect(await read(client)).toMatchObject(GOOD)
  })
})

describe('a server that lies', () => {
  test.each([
    ['JSON that is none', answer('application/json', '{"jsonrpc":"2.0","id":1,"res')],
    ['another answer', answer('application/json', '{"jsonrpc":"2.0","id":99,"result":{}}')],
    ['no result', answer('application/json', '{"jsonrpc":"2.0","id":1}')],
    ['a page', answer('text/html', '<h1>Welcome</h1>')],
    ['nothing', answer('application/json', '')],
    ['a broken event', answer('text/event-stream', 'data: {"jsonrpc"\n\n')],
  ])('with %s is not believed', async (_, behaviour) => {
    server.next.push(behaviour)
    await expect(read()).rejects.toThrow(BadAnswerError)
    expect(server.calls).toHaveLength(1)
  })

  test('with an event stream that ends too early is asked again for a read', async () => {
    server.next.push(answer('text/event-stream', ': nothing\n\n'))
    expect(await read()).toMatchObject(GOOD)
  })

  test('with a huge answer is cut off', async () => {
    const huge = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { text: 'x'.repeat(200_000) } })
    server.next.push(answer('application/json', huge))
    const call = read(connect({ pool: { maxAnswer: 100_000 } }))
    await expect(call).rejects.toThrow('bad sent a larger answer than is accepted.')
  })

  test('with an endless stream is cut off', async () => {
    server.next.push(endless)
    await expect(read(connect({ pool: { maxAnswer: 100_000 } }))).rejects.toThrow(BadAnswerError)
  })

  test('with an event without an end on a stream that goes on for ever is cut off', async () => {
    server.next.push(endlessEvent, endlessEvent)
    const pool = { maxAnswer: 100_000 }
    const listening = connect({ pool }).listen({ toolsListChanged: true }, { onNotification() {} })
    await expect(listening).rejects.toThrow('bad sent a larger answer than is accepted.')
    const url = new URL(server.url)
    const connections = createPool(url, { maxAnswer: Number.POSITIVE_INFINITY })
    const opened = await openStream(
      { name: 'bad', url, pool: connections, timeout: 5000, ...pool },
      {},
      new AbortController(),
    )
    await expect(opened.read(() => {})).rejects.toMatchObject({ reason: 'too-large' })
    await connections.destroy()
  })

  test('with events without an end, each of them small, is heard as long as it speaks', async () => {
    server.next.push(
      stream(Array(200).fill({ ...STRAY, method: 'notifications/x', padding: 'x'.repeat(1000) }), {}),
    )
    const heard: string[] = []
    const onNotification = (method: string) => void heard.push(method)
    await connect({ pool: { maxAnswer: 100_000 } }).listen({ toolsListChanged: true }, { onNotification })
    expect(heard).toHaveLength(200)
  })

  test('that keeps a quiet stream alive is heard however long that takes', async () => {
    const comments = `: ${'x'.repeat(1000)}\n\n`.repeat(200)
    const note = { jsonrpc: '2.0', method: 'notifications/x' }
    const quiet: Behaviour = (_, response, { id }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`${comments}data: ${JSON.stringify(note)}\n\n`)
      response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n\n`)
    }
    server.next.push(quiet, quiet)
    const heard: string[] = []
    const pool = { maxAnswer: 100_000 }
    const onNotification = (method: string) => void heard.push(method)
    await connect({ pool }).listen({ toolsListChanged: true }, { onNotification })
    expect(heard).toEqual(['notifications/x'])
    const url = new URL(server.url)
    const connections = createPool(url, { maxAnswer: Number.POSITIVE_INFINITY })
    const options = { name: 'bad', url, pool: connections, timeout: 5000, ...pool }
    const opened = await openStream(options, {}, new AbortController())
    await opened.read(({ method = 'an answer' }) => void heard.push(method))
    expect(heard).toEqual(['notifications/x', 'notifications/x', 'an answer'])
    await connections.destroy()
  })

  test('with comments inside of an event that has no end is cut off', async () => {
    const endless: Behaviour = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: {\n${`: ${'x'.repeat(1000)}\n`.repeat(200)}`)
    }
    server.next.push(endless)
    const listening = connect({ pool: { maxAnswer: 100_000 } })
    await expect(listening.listen({ toolsListChanged: true }, { onNotification() {} })).rejects.toThrow(
      'bad sent a larger answer than is accepted.',
    )
  })

  test('with progress of something else, without an end, is cut off long before its time is over', async () => {
    server.next.push(stream(Array(101).fill(STRAY)))
    const options = { onNotification: () => false }
    await expect(read(connect(), options)).rejects.toThrow('bad sent a larger answer than is accepted.')
    server.next.push(stream(Array(101).fill(STRAY)))
    await expect(read()).rejects.toThrow(BadAnswerError)
  })

  test('with a little of it, or with log lines of the 2025 era, is heard out', async () => {
    const log = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } }
    server.next.push(stream([...Array(100).fill(STRAY), ...Array(500).fill(log)], { content: [] }))
    expect(await read(connect(), { onNotification: () => false })).toEqual({ content: [] })
    const heard: string[] = []
    server.next.push(stream(Array(500).fill(STRAY), { content: [] }))
    await read(connect(), { onNotification: (method) => void heard.push(method) })
    expect(heard).toHaveLength(500)
  })

  test('with much progress that was asked for is heard out, also where nobody is told of it', async () => {
    server.next.push(stream(Array(500).fill(STRAY), { content: [] }))
    expect(await read(connect(), { meta: { progressToken: 1 } })).toEqual({ content: [] })
  })

  test('that tells of progress without an end rather than what it is cannot be had', async () => {
    const talker = await listen((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify(STRAY)}\n\n`.repeat(300))
    })
    await expect(read(connect({ url: talker.url }))).rejects.toThrow('bad cannot be reached right now.')
    await talker.close()
  })

  test('that says without an end what it is has its connection cut, long before as much is read as of an answer', async () => {
    let sent = 0
    const kilobyte = 'x'.repeat(1024)
    const talker = await listen((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const send = () => {
        while (!response.destroyed && sent < 100_000 && ++sent && response.write(kilobyte));
        if (!response.destroyed) response.once('drain', send)
      }
      send()
    })
    // Read as far as answers may be, it would end by being too long; as a handshake it could not be had.
    const options = { url: talker.url, pool: { maxAnswer: 90_000 * 1024 } }
    await expect(read(connect(options))).rejects.toThrow('bad cannot be reached right now.')
    expect(sent).toBeLessThan(50_000)
    await talker.close()
  })

  test('with an answer that says that it is huge is not read', async () => {
    const before = { 'content-type': 'application/json', 'content-length': '200000' }
    // It never sends what it promises: waiting for it would take until the deadline.
    server.next.push((_, response) => void response.writeHead(200, before).write('{'))
    await expect(read(connect({ pool: { maxAnswer: 100_000 } }))).rejects.toThrow(BadAnswerError)
  })

  test.each([
    ['application/json', '', ''],
    ['text/event-stream', 'data: ', '\n\n'],
  ])('with bytes that are not UTF-8 is not believed (%s)', async (type, before, after) => {
    server.next.push((_, response, { id }) => {
      const [head, tail] = JSON.stringify({ jsonrpc: '2.0', id, result: { text: '?' } }).split('?')
      const body = Buffer.from(`${before}${head}#${tail}${after}`)
      body[body.indexOf('#')] = 0xff
      response.writeHead(200, { 'content-type': type }).end(body)
    })
    await expect(read()).rejects.toThrow(BadAnswerError)
  })

  test('with a redirect is not followed', async () => {
    server.next.push(status(307, { location: server.url }))
    await expect(read()).rejects.toThrow(BadAnswerError)
    expect(server.calls).toHaveLength(1)
  })
})

describe('a server that refuses', () => {
  test('with 401 gets fresh credentials once', async () => {
    const asked: unknown[] = []
    const credentials = {
      context: 'alice',
      token: (options?: { fresh?: boolean }) => {
        asked.push(options)
        return options?.fresh ? 'new' : 'old'
      },
    }
    server.next.push(status(401))
    expect(await write(connect(), { credentials })).toMatchObject(GOOD)
    expect(server.calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new'])
    server.next.push(status(401), status(401))
    await expect(write(connect(), { credentials })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(server.calls).toHaveLength(4)
  })

  test('with 403 names the scopes it wants', async () => {
    const challenge =
      'Bearer error="insufficient_scope", scope="shop:read shop:buy", resource_metadata="https://x"'
    server.next.push(status(403, { 'www-authenticate': challenge }))
    const call = write()
    await expect(call).rejects.toThrow(InsufficientScopeError)
    await expect(call).rejects.toMatchObject({ scopes: ['shop:read', 'shop:buy'] })
  })

  test('with a bare 403 is a plain no', async () => {
    server.next.push(status(403))
    await expect(write()).rejects.toThrow(ForbiddenError)
  })

  test('with 429 is asked again after the pause it names, when it is a read', async () => {
    server.next.push(status(429, { 'retry-after': '0' }))
    expect(await read()).toMatchObject(GOOD)
  })

  test('with 429 says when to come back, when the pause does not fit the deadline', async () => {
    server.next.push(status(429, { 'retry-after': '60' }))
    const call = read()
    await expect(call).rejects.toThrow(LimitedError)
    await expect(call).rejects.toMatchObject({ retryAfter: 60 })
    expect(server.calls).toHaveLength(1)
  })

  test('with an event stream is understood by its status', async () => {
    const stream = { 'content-type': 'text/event-stream' }
    server.next.push(status(429, { ...stream, 'retry-after': '60' }), status(503, stream, ': busy\n\n'))
    await expect(write()).rejects.toMatchObject({ code: 'LIMITED', retryAfter: 60 })
    await expect(write()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  test('with 503 never gets a write twice', async () => {
    server.next.push(status(503, { 'retry-after': '0' }))
    await expect(write()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 0 })
    expect(server.calls).toHaveLength(1)
  })

  test.each([500, 502, 504])('with %i may have carried out a write first, and gets it once', async (code) => {
    server.next.push(status(code))
    const call = write()
    await expect(call).rejects.toThrow(OutcomeUnknownError)
    await expect(call).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining(
        `answered with HTTP status ${code}. The call may have been carried out`,
      ),
    })
    expect(server.calls).toHaveLength(1)
  })

  test.each([500, 502, 504])('with %i is asked again for a read, and is then away', async (code) => {
    server.next.push(status(code))
    expect(await read()).toMatchObject(GOOD)
    server.next.push(status(code), status(code), status(code))
    await expect(read()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  })
})

test('the media type of an event stream may be written in any case', async () => {
  server.next.push((_, response, { id }) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })
    response.writeHead(200, { 'content-type': 'Text/Event-Stream; charset=UTF-8' }).end(`data: ${text}\n\n`)
  })
  expect(await write()).toEqual({ content: [] })
})

test('a listener that fails ends its request with its own error, which is no fault of the server', async () => {
  const client = connect({ breakFor: 60_000 })
  const mine = new UnavailableError('My own store is away.')
  const onNotification = () => {
    throw mine
  }
  for (let round = 0; round < 12; round++) {
    server.next.push(stream([STRAY], { content: [] }))
    await expect(read(client, { onNotification })).rejects.toBe(mine)
  }
  expect(server.calls).toHaveLength(12)
  expect(client.instances[0]?.breaker).toBe('closed')
})

test('a byte order mark before JSON is passed over', async () => {
  server.next.push((_, response, { id }) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })
    response.writeHead(200, { 'content-type': 'application/json' }).end(`\uFEFF${text}`)
  })
  expect(await write()).toEqual({ content: [] })
})

test('connections are kept and reused', async () => {
  const client = connect()
  await read(client)
  const opened = server.connections()
  for (let i = 0; i < 20; i++) await read(client)
  expect(server.connections()).toBe(opened)
})

test('a caller that is gone before the call is not sent at all', async () => {
  const client = connect()
  await read(client)
  await expect(write(client, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
  expect(server.calls).toHaveLength(1)
})
