import { expect, test } from 'vitest'
import { startExchanging } from './fixture/exchanging.ts'
import { newSite, startGateway } from './fixture/fleet.ts'
import { limitsOf, outcomeOf } from './fixture/limits.ts'
import { describes, rawServer } from './fixture/raw-server.ts'

const ONE_A_DAY = { limits: [{ name: 'mine', per: ['principal'], day: 1 }] }

test('a quota has back what a server refused', async () => {
  const raw = await rawServer((request) => {
    if (!describes(request, ['echo'])) request.response.writeHead(403).end()
  })
  const { env } = limitsOf(ONE_A_DAY)
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], { env })
  const call = async () => outcomeOf(await post('tools/call', { name: 'raw__echo', arguments: {} }))
  expect([await call(), await call()]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
})

test.each([
  ['access_denied', 'does not let you do this'],
  ['invalid_grant', 'Sign in again'],
])('a quota has back a call for which the identity provider gave no token (%s)', async (refusal, words) => {
  const { call, idp } = await startExchanging({ env: limitsOf(ONE_A_DAY).env })
  idp.behaviour.refuses = refusal
  const token = await idp.signIn()
  expect(await (await call(token)).text()).toContain(words)
  delete idp.behaviour.refuses
  expect(await outcomeOf(await call(await idp.signIn()))).toBe('ok')
})
