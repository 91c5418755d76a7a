import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyAudit } from '@atoll/audit'
import { developmentIssuer } from '@atoll/auth'
import { expect, test } from 'vitest'
import { newSite } from './fixture/fleet.ts'
import { end, gatewayProcess } from './fixture/gateway-process.ts'
import { rawServer } from './fixture/raw-server.ts'

const CONNECTIONS = 12
const RUNS = 3

test('no call that was answered is lost when the gateway is killed under load, and the next one goes on', async () => {
  const { port, origin, directory } = await newSite()
  const raw = await rawServer()
  const people = developmentIssuer({ directory, issuer: `${origin}/development` })
  const folder = join(directory, 'audit')
  const env = {
    PORT: String(port),
    AUTH_ISSUERS: JSON.stringify([{ issuer: people.issuer, jwks: people.jwksUrl }]),
    ATOLL_DEVELOPMENT_ISSUER_DIRECTORY: directory,
    GATEWAY_SERVERS: JSON.stringify([{ name: 'raw', url: raw.url }]),
    GATEWAY_RATE: '1000000/min',
    AUDIT_DIR: folder,
    AUDIT_SEGMENT_SIZE: '100kb',
  }
  const who = { subject: 'alice', tenant: 'acme', scopes: [], audience: `${origin}/mcp`, ttl: '5m' } as const
  const token = await people.sign(who)
  const answered = new Set<string>()
  for (let run = 0; run < RUNS; run += 1) {
    const gateway = await gatewayProcess(origin, env)
    const enough = answered.size + 150 + 60 * run
    const one = async () => {
      for (;;) {
        const requestId = await call(`${origin}/mcp`, token)
        if (requestId === undefined) return
        answered.add(requestId)
        if (answered.size === enough) await end(gateway)
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
  }
  const files = readdirSync(folder).filter((file) => /\.\d{12}\.jsonl$/.test(file))
  const recorded = files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/"requestId":"([^"]+)"/g)].map(([, id]) => id),
  )
  const known = new Set(recorded)
  expect([...answered].filter((requestId) => !known.has(requestId))).toEqual([])
  expect(answered.size).toBeGreaterThan(600)
  const { keys } = JSON.parse(readFileSync(join(directory, 'gateway-key.json'), 'utf8'))
  const [verdict, ...others] = await verifyAudit({ path: folder, keys: keys.map(publicHalf) })
  expect(others).toEqual([])
  expect(verdict).toMatchObject({ problems: [], isVouched: true })
  expect(files.length).toBeGreaterThanOrEqual(RUNS)
})

/** The id under which the call is known, once all of its answer is here; undefined when the gateway is gone. */
async function call(url: string, token: string): Promise<string | undefined> {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'raw__echo', arguments: {} },
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify(message),
    })
    expect(await response.json()).toHaveProperty('result.content')
    return response.headers.get('x-request-id') ?? undefined
  } catch {
    return undefined
  }
}

function publicHalf({ d: _, ...key }: Record<string, string>): object {
  return key
}
