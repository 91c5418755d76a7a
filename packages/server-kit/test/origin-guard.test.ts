import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { guardOrigins } from '../src/edge/origin-guard.ts'

test.each([
  ['fd00:10:0:0:0:0:0:7', '[fd00:10::7]:3000', 200],
  ['fd00:10::7', '[fd00:10::8]:3000', 403],
  ['10.0.0.7', '10.0.0.7:3000', 200],
])('with %s allowed, what comes for %s is answered %i', async (allowed, host, status) => {
  const app = Fastify()
  guardOrigins(app, [allowed], [], () => undefined)
  app.get('/', () => 'well')
  expect(await app.inject({ url: '/', headers: { host } })).toMatchObject({ statusCode: status })
})
