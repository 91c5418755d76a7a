import { type AddressInfo, connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Fastify, { type FastifyReply } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { Streams } from '../src/console/streams.ts'

test('whoever does not read is told nothing more once their stream has ended, and is let go', async () => {
  const app = Fastify()
  const streams = new Streams({ farewell: 50 })
  let raw: FastifyReply['raw'] | undefined
  let send: ((event: string, data: string) => void) | undefined
  let hasLeft = false
  app.get('/', (_request, reply) => {
    raw = reply.raw
    streams.open(reply, Date.now() + 60_000, (its) => {
      send = its
      return () => {
        hasLeft = true
      }
    })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').pause()
  onTestFinished(() => void socket.destroy())
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await expect.poll(() => send).toBeDefined()
  // More than the connection holds, and less than what nobody may be behind.
  while ((raw?.writableLength ?? 0) < 256 * 1024) {
    send?.('fleet', 'x'.repeat(64 * 1024))
    await nextTurn()
  }
  streams.close()
  send?.('fleet', 'more')
  expect(hasLeft).toBe(true)
  await expect.poll(() => raw?.destroyed).toBe(true)
})
