import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { askAs } from '../src/console/ask-as.ts'
import { CONSOLE_ENV, consoleOf, jsonOf } from './fixture/console.ts'
import { startFleet } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'

test('whoever leaves the page cancels what they tried, at the server behind', async () => {
  const { telemetry, events } = keptAudit()
  const fleet = await startFleet({ env: CONSOLE_ENV, telemetry })
  const { api, post, signIn } = consoleOf(fleet)
  const cookie = await signIn('alice')
  const leaving = new AbortController()
  const body = JSON.stringify({ tool: 'hr__wait_for_ever', arguments: {} })
  const trying = api('call', { method: 'POST', body, cookie, signal: leaving.signal }).catch(String)
  await expect.poll(() => fleet.desk.log).toEqual(['wait'])
  leaving.abort()
  expect(await trying).toContain('AbortError')
  await expect.poll(() => fleet.desk.cancelled).toEqual(['wait'])
  await expect
    .poll(events)
    .toMatchObject([{ kind: 'tool', name: 'hr__wait_for_ever', subject: 'alice', outcome: 'cancelled' }])
  const next = await jsonOf(await post('call', { tool: 'hr__who_am_i', arguments: {} }, cookie))
  expect(next.result.content).toBeDefined()
})

test('nothing is asked any more for somebody who has left already', async () => {
  const app = Fastify()
  let asked = 0
  app.post('/', () => ++asked)
  await app.ready()
  const who = { token: 'x', host: 'gateway', ip: '127.0.0.1' }
  const asking = askAs(app, who, { method: 'POST', url: '/', body: {}, signal: AbortSignal.abort('left') })
  await expect(asking).rejects.toBe('left')
  expect(asked).toBe(0)
})
