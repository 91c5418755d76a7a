import { freePort } from '@atoll/tooling/free-port'
import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'

async function ready(origin: string) {
  const response = await fetch(`${origin}/ready`)
  return [response.status, await response.json()]
}

test('a gateway that can verify tokens is ready', async () => {
  const { origin } = await startGateway(await newSite(), [])
  expect(await ready(origin)).toMatchObject([200, { dependencies: { identity: { status: 'up' } } }])
})

test('a gateway that cannot read the keys of an issuer is not ready', async () => {
  const issuer = `http://127.0.0.1:${await freePort()}`
  const env = { AUTH_ISSUERS: JSON.stringify([{ issuer, jwks: `${issuer}/jwks.json` }]) }
  const { origin } = await startGateway(await newSite(), [], { env })
  expect(await ready(origin)).toMatchObject([
    503,
    { status: 'broken', dependencies: { identity: { status: 'down' } } },
  ])
})
