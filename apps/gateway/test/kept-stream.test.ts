import { Client } from '@atoll/client'
import { expect, onTestFinished, test } from 'vitest'
import { KeptStream, type KeptStreamOptions } from '../src/listening/kept-stream.ts'
import { OwnCredentials } from '../src/outbound.ts'
import { type RawRequest, rawServer } from './fixture/raw-server.ts'

const OWN = new OwnCredentials({ ownToken: () => ({ token: 't', expiresAt: 9e9 }) }, 'http://raw')

/** A server that acknowledges what it is asked for; its streams, in the order in which they came. */
async function start(options: Partial<KeptStreamOptions> = {}) {
  const streams: (RawRequest & { isOpen: boolean; say(message: object): void })[] = []
  const raw = await rawServer((request) => {
    if (request.method === 'server/discover')
      return request.reply({
        supportedVersions: ['2026-07-28'],
        capabilities: {},
        ttlMs: 0,
        cacheScope: 'public',
      })
    const { response, params } = request
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const say = (message: object) =>
      void response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`)
    const stream = { ...request, isOpen: true, say }
    response.on('close', () => {
      stream.isOpen = false
    })
    streams.push(stream)
    const { notifications } = params
    say({ method: 'notifications/subscriptions/acknowledged', params: { notifications } })
  })
  const client = new Client({ url: raw.url })
  const heard: string[] = []
  const gaps: unknown[] = []
  const stream = new KeptStream({
    client,
    timeout: 2000,
    credentials: async () => ({ credentials: OWN, goodFor: 300_000 }),
    onNotification: (method) => void heard.push(method),
    onGap: (acknowledged) => void gaps.push(acknowledged),
    ...options,
  })
  onTestFinished(async () => {
    stream.close()
    await client.close()
  })
  return { raw, streams, stream, heard, gaps }
}

const TOOLS = { toolsListChanged: true }

test('a stream is replaced before its token ends, the new one before the old one goes', async () => {
  const { stream, streams, gaps } = await start({
    credentials: async () => ({ credentials: OWN, goodFor: streams.length < 2 ? 20 : 300_000 }),
  })
  await stream.want(TOOLS)
  await expect.poll(() => streams.map(({ isOpen }) => isOpen)).toEqual([false, false, true])
  expect(gaps).toEqual([])
})

test('a stream that is to carry more is replaced, and one that carries enough is not', async () => {
  const { stream, streams } = await start()
  const wide = { ...TOOLS, resourceSubscriptions: ['a', 'b'] }
  await stream.want(TOOLS)
  await Promise.all([stream.want(wide), stream.want(wide)])
  expect(stream.acknowledged).toEqual(wide)
  await stream.want({ resourceSubscriptions: ['b'] })
  await expect.poll(() => streams.map(({ isOpen }) => isOpen)).toEqual([false, true])
})

test('a stream that breaks is opened again, which leaves a gap; one that nobody wants is not', async () => {
  const { stream, streams, gaps, heard } = await start()
  await stream.want(TOOLS)
  streams[0]?.response.destroy()
  await expect.poll(() => streams.length, { timeout: 5000 }).toBe(2)
  await expect.poll(() => gaps).toEqual([TOOLS])
  streams[1]?.say({ method: 'notifications/tools/list_changed', params: {} })
  await expect.poll(() => heard).toEqual(['notifications/tools/list_changed'])
  await stream.want({})
  await expect.poll(() => streams[1]?.isOpen).toBe(false)
  expect(stream.acknowledged).toBeUndefined()
})

test('a server that tells of nothing is not asked again until it is another one', async () => {
  const { raw, stream } = await start()
  raw.behave = ({ method, reply, response }) => {
    if (method === 'server/discover')
      return reply({ supportedVersions: ['2026-07-28'], capabilities: {}, ttlMs: 0, cacheScope: 'public' })
    const id = raw.requests.length
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32601, message: `no ${id}` } }))
  }
  const asked = () => raw.requests.filter(({ method }) => method === 'subscriptions/listen').length
  await stream.want(TOOLS)
  expect(stream.acknowledged).toEqual({})
  await stream.want({ ...TOOLS, promptsListChanged: true })
  expect(asked()).toBe(1)
  await stream.retry()
  expect(asked()).toBe(2)
})

test('what is not asked for yet is not said to be refused', async () => {
  const { raw, stream, streams } = await start({ timeout: 500 })
  const { behave } = raw
  await stream.want(TOOLS)
  expect(stream.acknowledged).toEqual(TOOLS)
  raw.behave = () => {}
  const wide = { ...TOOLS, resourceSubscriptions: ['a'] }
  await stream.want(wide)
  expect(stream.acknowledged).toBeUndefined()
  raw.behave = behave
  await expect.poll(() => stream.acknowledged, { timeout: 5000 }).toEqual(wide)
  expect(streams.map(({ isOpen }) => isOpen)).toEqual([false, true])
})
