import { expect, test } from 'vitest'
import { readLimits } from '../src/limits/read-limits.ts'
import { startFleet, type TestGateway, type Who } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { answerOf, limitsOf, movedClock, outcomeOf } from './fixture/limits.ts'

const call = async ({ post }: TestGateway, name: string, as: Who = {}) =>
  outcomeOf(await post('tools/call', { name, arguments: {} }, { as }))
const WHO = 'hr__who_am_i'
const ORDERS = 'orders__list_my_orders'

test('limits count by principal, tenant, server and tool, and together', async () => {
  const { env } = limitsOf({
    limits: [
      { name: 'tool', per: ['tenant', 'tool'], of: { tool: WHO }, rate: '2/h' },
      { name: 'server', per: ['principal', 'server'], rate: '3/h' },
      { name: 'everybody', day: 8 },
    ],
  })
  const { telemetry, events } = keptAudit()
  const gateway = await startFleet({ env, telemetry })
  const bob = { subject: 'bob' }
  expect([await call(gateway, WHO), await call(gateway, WHO, bob)]).toEqual(['ok', 'ok'])
  // The tenant has used the tool up; another tenant has not.
  expect(await call(gateway, WHO, bob)).toBe('LIMITED')
  expect(await call(gateway, WHO, { tenant: 'globex' })).toBe('ok')
  expect(await call(gateway, ORDERS)).toBe('ok')
  expect(await call(gateway, ORDERS)).toBe('ok')
  expect(await call(gateway, ORDERS)).toBe('ok')
  expect(await call(gateway, ORDERS)).toBe('LIMITED')
  expect(await call(gateway, ORDERS, bob)).toBe('ok')
  expect(await call(gateway, ORDERS, bob)).toBe('ok')
  expect(await call(gateway, ORDERS, bob)).toBe('LIMITED')
  await expect.poll(events).toHaveLength(11)
  await expect
    .poll(() => events().flatMap(({ rule }) => rule ?? []))
    .toEqual(['rate:tool', 'rate:server', 'quota:everybody-day'])
})

test('an override takes the place of what it names, for whom it names', async () => {
  const limit = {
    ...{ name: 'tenant', per: ['tenant'], rate: '1/h', day: 2 },
    overrides: [{ tenant: 'acme', rate: '5/h' }],
  }
  const gateway = await startFleet({ env: limitsOf({ limits: [limit] }).env })
  const other = { tenant: 'globex' }
  expect([await call(gateway, WHO), await call(gateway, WHO), await call(gateway, WHO)]).toEqual([
    'ok',
    'ok',
    'LIMITED',
  ])
  expect([await call(gateway, WHO, other), await call(gateway, WHO, other)]).toEqual(['ok', 'LIMITED'])
})

test.each([
  [
    'of a tenant, one of whose people may have more',
    { per: ['tenant'], overrides: [{ principal: 'alice', rate: '4/h' }] },
  ],
  [
    'of everybody, where one tenant may have more',
    { per: [], overrides: [{ tenant: 'globex', rate: '4/h' }] },
  ],
])('a limit %s, counts them apart and allows nobody else more', async (_, limit) => {
  const gateway = await startFleet({
    env: limitsOf({ limits: [{ name: 'most', rate: '2/h', ...limit }] }).env,
  })
  const more = { subject: 'alice', tenant: limit.per.length === 0 ? 'globex' : 'acme' }
  const outcomes = { most: [] as unknown[], more: [] as unknown[] }
  for (let round = 0; round < 5; round++) {
    // Each with another token, as clients get them every few minutes.
    outcomes.most.push(await call(gateway, WHO, { subject: 'bob' }))
    outcomes.more.push(await call(gateway, WHO, more))
  }
  expect(outcomes).toEqual({
    most: ['ok', 'ok', 'LIMITED', 'LIMITED', 'LIMITED'],
    more: ['ok', 'ok', 'ok', 'ok', 'LIMITED'],
  })
})

test('what an override does not name is counted together with all others', async () => {
  const limit = {
    ...{ name: 'most', per: ['tenant'], rate: '1/h', day: 3 },
    overrides: [{ principal: 'alice', rate: '5/h' }],
  }
  const gateway = await startFleet({ env: limitsOf({ limits: [limit] }).env })
  expect(await call(gateway, WHO, { subject: 'bob' })).toBe('ok')
  expect([await call(gateway, WHO), await call(gateway, WHO), await call(gateway, WHO)]).toEqual([
    ...['ok', 'ok', 'LIMITED'],
  ])
})

test('a quota says when it renews, and does', async () => {
  const { clock, goOn } = movedClock(Date.UTC(2026, 10, 30, 23, 59, 30))
  const { env } = limitsOf({ limits: [{ name: 'tenant', per: ['tenant'], month: 1 }] })
  const gateway = await startFleet({ env, clock })
  expect(await call(gateway, WHO)).toBe('ok')
  const { result } = await answerOf(await gateway.post('tools/call', { name: WHO, arguments: {} }))
  expect(result).toMatchObject({
    isError: true,
    content: [
      { text: expect.stringContaining('1 a month is the limit, which renews at 2026-12-01T00:00:00') },
    ],
    _meta: {
      'dev.atoll/error': {
        code: 'LIMITED',
        details: { limit: 'tenant-month', renewsAt: '2026-12-01T00:00:00.000Z' },
      },
    },
  })
  const about = result?._meta?.['dev.atoll/error'] as { retryAfter: number }
  expect(about.retryAfter).toBeGreaterThan(0)
  expect(about.retryAfter).toBeLessThanOrEqual(30)
  goOn(30_000)
  expect(await call(gateway, WHO)).toBe('ok')
})

test('lists have limits of their own, and names that nothing has count as well', async () => {
  const { env } = limitsOf({
    limits: [
      { name: 'lists', per: ['principal'], of: { requests: 'lists' }, rate: '1/h' },
      { name: 'calls', per: ['principal'], of: { requests: 'calls' }, rate: '2/h' },
    ],
  })
  const gateway = await startFleet({ env })
  const list = async () => outcomeOf(await gateway.post('tools/list', {}))
  expect([await list(), await list()]).toEqual(['ok', 'LIMITED'])
  expect(await call(gateway, 'hr__nothing')).toBe(-32602)
  expect(await call(gateway, WHO, {})).toBe('ok')
  expect(await call(gateway, 'hr__nothing')).toBe('LIMITED')
})

test('who may not use a tool does not learn from its limit that there is one', async () => {
  const { env } = limitsOf({ limits: [{ name: 'tool', per: ['tool'], rate: '1/h' }] })
  const gateway = await startFleet({ env: { ...env, GATEWAY_RATE: '100/h' } })
  const guest = { subject: 'gail', scopes: ['orders:read'] }
  const refused = await call(gateway, 'hr__nothing', guest)
  expect(await call(gateway, WHO)).toBe('ok')
  expect(await call(gateway, WHO)).toBe('LIMITED')
  expect(await call(gateway, 'hr__nothing', guest)).toBe(refused)
})

test('answers say what is left in the words of the RateLimit fields', async () => {
  const { env } = limitsOf({ limits: [{ name: 'tool', per: ['tool'], rate: '60/min', burst: 2, day: 100 }] })
  const gateway = await startFleet({ env: { ...env, GATEWAY_RATE: '10/h' } })
  const fields = ({ headers }: Response) => [headers.get('ratelimit-policy'), headers.get('ratelimit')]
  const ask = () => gateway.post('tools/call', { name: WHO, arguments: {} })
  const policy = '"caller";q=10;w=3600, "tool";q=2;w=2, "tool-day";q=100;w=86400'
  expect(fields(await ask())).toEqual([
    policy,
    expect.stringMatching(/^"caller";r=9;t=360, "tool";r=1;t=1, "tool-day";r=99;t=\d+$/),
  ])
  await ask()
  const refused = await ask()
  expect(fields(refused)).toEqual([policy, expect.stringMatching(/^"caller";r=8;t=720, "tool";r=[01];t=2, /)])
  const listed = await gateway.post('tools/list', {})
  expect(fields(listed)).toEqual(['"caller";q=10;w=3600', '"caller";r=7;t=1080'])
  // A stream, and what takes from no limit.
  const _meta = { progressToken: 1 }
  const counted = await gateway.post('tools/call', { name: 'hr__count_slowly', arguments: {}, _meta })
  expect(counted.headers.get('content-type')).toContain('event-stream')
  expect(counted.headers.get('ratelimit')).toMatch(/^"caller";r=6;t=1440, "tool";r=1;t=1, /)
  await counted.text()
  expect(fields(await gateway.post('server/discover', {}))).toEqual([
    '"caller";q=10;w=3600',
    '"caller";r=6;t=1440',
  ])
})

test('a 2025-era client is told as well', async () => {
  const gateway = await startFleet({ env: { GATEWAY_RATE: '10/h' } })
  const response = await fetch(gateway.mcp, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.token()}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify([{ jsonrpc: '2.0', id: 1, method: 'tools/list' }]),
  })
  expect(response.headers.get('ratelimit')).toBe('"caller";r=9;t=360')
  await response.text()
})

test('a file is read again when it changes; one that is not right leaves what was before, and shows', async () => {
  const file = limitsOf({ limits: [{ name: 'tenant', per: ['tenant'], rate: '1/h' }] })
  const { telemetry, events } = keptAudit()
  const gateway = await startFleet({ env: file.env, telemetry })
  expect([await call(gateway, WHO), await call(gateway, WHO)]).toEqual(['ok', 'LIMITED'])
  file.write({ limits: [{ name: 'tenant', rate: 'often' }] })
  const ready = async () =>
    (await (await fetch(`${gateway.origin}/ready`)).json()) as {
      dependencies: Record<string, { status: string }>
    }
  await expect
    .poll(async () => (await ready()).dependencies.limits?.status, { timeout: 5000 })
    .toBe('degraded')
  expect(await call(gateway, WHO)).toBe('LIMITED')
  file.write({ limits: [{ name: 'tenant', per: ['tenant'], rate: '100/h' }] })
  await expect.poll(() => call(gateway, WHO), { timeout: 5000 }).toBe('ok')
  await expect.poll(async () => (await ready()).dependencies.limits?.status, { timeout: 5000 }).toBe('up')
  await expect
    .poll(() => events().filter(({ kind }) => kind === 'limits'))
    .toMatchObject([
      { outcome: 'refused', errorCode: 'INVALID', reason: expect.stringContaining('line 6, limit "tenant"') },
      { outcome: 'ok' },
    ])
})

test.each([
  ['limits: [{ name: x }]', 'line 2, limit "x": it must have a rate, or an amount for a day or a month'],
  ['limits: [{ name: caller, rate: 1/s }]', 'name is what GATEWAY_RATE is called; take another'],
  ['limits: [{ name: x, rate: often }]', 'rate must be a rate such as 1200/min'],
  ['limits: [{ name: x, rate: 1/s, per: [planet] }]', 'must be principal, tenant, team, server or tool'],
  ['limits: [{ name: x, day: 1 }, { name: x, day: 2 }]', 'limit "x": name is taken above; take another'],
  ['limits: [{ name: x, day: 1, per: [tool], of: { requests: lists } }]', 'take server and tool out'],
  [
    'budgets: [{ name: b, per: tenant, month: 1, overrides: [{ team: finance, month: 2 }] }]',
    'budget "b": team is no part of a budget per tenant: take it out, or count per team',
  ],
  ['budgets: [{ name: b, per: tool, month: 1 }]', 'budget "b": per must be tenant or team'],
  ['concurrency: { wait: 5m }', 'wait must be a time with its unit'],
  ['limitz: []', 'it has the unknown key limitz'],
  ['limits: [', 'it is not YAML'],
])('a file that says %s is refused in words that help', (text, words) => {
  expect(() => readLimits(`version: 1\n${text}`, 'limits.yaml')).toThrow(words)
})

test('the command line says which file is missing', async () => {
  const started = startFleet({ env: { GATEWAY_LIMITS_FILE: '/nowhere/limits.yaml' } })
  await expect(started).rejects.toThrow('GATEWAY_LIMITS_FILE (/nowhere/limits.yaml) cannot be read.')
})
