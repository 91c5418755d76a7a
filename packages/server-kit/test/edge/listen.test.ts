import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import Fastify, { type FastifyReply } from 'fastify'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createListening } from '../../src/edge/listen.ts'
import type { Tell } from '../../src/edge/service.ts'

afterEach(() => void vi.useRealTimers())

const URI = 'x://a'
const LIFE = 60_000
const FAREWELL = 5_000

/** One subscription, until its caller's token ends, over a connection of which nothing but the beginning is read. */
async function start() {
  let tell: Tell = () => {}
  const stop = vi.fn()
  const service = {
    info: { name: 'x', version: '1' },
    capabilities: { resources: { subscribe: true } },
    follow: async (_wanted: object, _call: object, its: Tell) => {
      tell = its
      return { resourceSubscriptions: [URI], taskIds: [], whyNot: () => undefined, stop }
    },
  }
  const bus = { subscribe: () => () => {} }
  const listening = createListening(bus as never, service as never, { total: 9, perPrincipal: 9 })
  const replies: FastifyReply[] = []
  const app = Fastify()
  onTestFinished(() => app.close())
  app.post('/', async (_, reply) => {
    replies.push(reply)
    const principal = { subject: 'alice', tenant: 'acme', issuer: 'i', expiresAt: (Date.now() + LIFE) / 1000 }
    const call = { rpcId: 1, principal, cancellation: { aborted: false }, clientCapabilities: {} }
    const params = { notifications: { resourceSubscriptions: [URI] } }
    await listening.serve(call as never, params, reply, () => undefined)
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n')
  await once(socket, 'data')
  socket.pause()
  const raw = replies[0]?.raw
  const say = () => tell('notifications/resources/updated', { uri: URI, padding: 'x'.repeat(10_000) })
  return { listening, stop, raw, say }
}

test('a client that does not read is left when its token has expired', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { listening, stop, raw, say } = await start()
  await expect
    .poll(
      () => {
        for (let times = 0; times < 50; times++) say()
        return raw?.writableLength
      },
      { interval: 1 },
    )
    .toBeGreaterThan(1_000_000)
  expect(listening.open).toBe(1)
  vi.advanceTimersByTime(LIFE)
  expect(listening.open).toBe(0)
  expect(stop).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(FAREWELL)
  await expect.poll(() => raw?.destroyed).toBe(true)
  expect(stop).toHaveBeenCalledOnce()
})
