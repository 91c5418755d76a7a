import { type AddressInfo, connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Fastify, { type FastifyReply } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { Streams } from '../src/console/streams.ts'
import { CONSOLE_ENV, consoleOf, PEOPLE } from './fixture/console.ts'
import { startFleet } from './fixture/fleet.ts'

const BOB = { subject: 'bob', tenant: 'globex', scopes: ['gateway:console'] }
const OSCAR = { subject: 'oscar', tenant: 'globex', scopes: ['gateway:console', 'gateway:admin'] }

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

/** Reads what a stream says, and knows when it says no more. */
function reading({ body }: Response) {
  const heard = { bytes: 0, hasEnded: false }
  const read = async () => {
    for await (const { length } of body ?? []) heard.bytes += length
    heard.hasEnded = true
  }
  // The test leaves without waiting for the end of those that go on.
  read().catch(() => {})
  return heard
}

test('streams of a tenant that is disabled end and do not come back, but for those who can enable it', async () => {
  const env = { ...CONSOLE_ENV, CONSOLE_PEOPLE: JSON.stringify([...PEOPLE, BOB, OSCAR]) }
  const { api, post, signIn } = consoleOf(await startFleet({ env }))
  const listen = async (subject: string) => {
    const cookie = await signIn(subject)
    return { cookie, heard: reading(await api('events', { cookie })) }
  }
  const [olivia, alice] = [await listen('olivia'), await listen('alice')]
  const [bob, oscar] = [await listen('bob'), await listen('oscar')]
  const order = { what: 'tenant:globex', disabled: true, reason: 'the contract ended' }
  expect((await post('switches', order, olivia.cookie)).status).toBe(200)
  await expect.poll(() => bob.heard.hasEnded).toBe(true)
  for (const path of ['events', 'fleet', 'calls', 'audit', 'limits']) {
    const refused = await api(path, { cookie: bob.cookie })
    expect([refused.status, await refused.json()], path).toMatchObject([
      503,
      { error: { code: 'DISABLED', message: expect.stringContaining('the contract ended') } },
    ])
  }
  const call = { tool: 'hr__who_am_i', arguments: {} }
  const called = await post('call', call, bob.cookie)
  expect(JSON.stringify(await called.json())).toContain('DISABLED')
  for (const { heard } of [olivia, alice, oscar]) {
    const before = heard.bytes
    await expect.poll(() => heard.bytes, { timeout: 5_000 }).toBeGreaterThan(before)
    expect(heard.hasEnded).toBe(false)
  }
  expect((await post('switches', { ...order, disabled: false }, oscar.cookie)).status).toBe(200)
  expect((await api('fleet', { cookie: bob.cookie })).status).toBe(200)
})
