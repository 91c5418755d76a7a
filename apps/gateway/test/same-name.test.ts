import { type DevelopmentIssuer, developmentIssuer } from '@atoll/auth'
import { defineDomain, defineServer } from '@atoll/server-kit'
import { freePort } from '@atoll/tooling/free-port'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { domainServer } from './fixture/domain-server.ts'
import { newSite, startGateway } from './fixture/fleet.ts'
import { newFolder } from './fixture/policy.ts'

const desk = defineDomain({
  name: 'desk',
  scopes: { read: 'See your desk' },
  config: z.object({}),
  connect: async () => ({ deps: { opened: 0 } }),
})

const openDrawer = desk.defineTool({
  name: 'open_drawer',
  title: 'Open drawer',
  description: 'What is in your drawer, remembered for you.',
  effect: 'read',
  scopes: ['desk:read'],
  cache: { ttl: '1m', shared: 'principal' },
  input: z.object({}),
  output: z.object({ owner: z.string(), opened: z.number() }),
  run: ({ deps, principal: { issuer, subject } }) => {
    deps.opened++
    return { owner: `${subject} of ${issuer}`, opened: deps.opened }
  },
})

const server = defineServer(desk, { instructions: 'Keeps what is yours.', tools: [openDrawer] })

test('two people of one tenant and one name, whom two issuers vouch for, are two people at a server', async () => {
  const site = await newSite()
  const own = developmentIssuer({ directory: site.directory, issuer: `${site.origin}/development` })
  const partner = developmentIssuer({ directory: newFolder(), issuer: 'https://partner.example' })
  const running = await domainServer(server, { opened: 0 }, { port: await freePort(), issuers: site.issuers })
  onTestFinished(() => running.close())
  const issuers = [own, partner].map(({ issuer, jwksUrl }) => ({ issuer, jwks: jwksUrl }))
  const gateway = await startGateway(site, [{ name: 'desk', url: running.url }], {
    env: { AUTH_ISSUERS: JSON.stringify(issuers) },
  })
  const open = async (issuer: DevelopmentIssuer) => {
    const token = await issuer.sign({
      ...{ subject: 'alice', tenant: 'acme', scopes: ['desk:read'], roles: [] },
      ...{ audience: gateway.mcp, ttl: '5m' },
    })
    const headers = { authorization: `Bearer ${token}` }
    const response = await gateway.post(
      'tools/call',
      { name: 'desk__open_drawer', arguments: {} },
      { headers },
    )
    const { result } = (await response.json()) as { result: { structuredContent: unknown } }
    return result.structuredContent
  }
  expect(await open(own)).toEqual({ owner: `alice of ${own.issuer}`, opened: 1 })
  expect(await open(partner)).toEqual({ owner: 'alice of https://partner.example', opened: 2 })
  expect(await open(own)).toEqual({ owner: `alice of ${own.issuer}`, opened: 1 })
})
