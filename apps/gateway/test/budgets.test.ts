import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startFleet, type TestGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { answerOf, limitsOf, movedClock, outcomeOf } from './fixture/limits.ts'
import { newFolder, OPERATOR } from './fixture/policy.ts'

const WHO = 'hr__who_am_i'
const ask = ({ post }: TestGateway, as: { tenant?: string; roles?: string[] } = {}, name = WHO) =>
  post('tools/call', { name, arguments: {} }, { as })
const call = async (gateway: TestGateway, as = {}, name = WHO) => outcomeOf(await ask(gateway, as, name))
const admin = async ({ origin, token }: TestGateway, path: string, as: object = OPERATOR) => {
  const headers = { authorization: `Bearer ${await token(as)}` }
  const response = await fetch(`${origin}/admin/${path}`, { headers })
  return [response.status, await response.json()] as [number, Record<string, unknown>]
}

test('a budget warns once when 80 % are used, says so in answers, and refuses when all is', async () => {
  const at = Date.UTC(2026, 10, 21, 12)
  const { clock, goOn } = movedClock(at)
  const file = limitsOf({
    budgets: [{ name: 'tenants', per: 'tenant', month: 1000, overrides: [{ tenant: 'acme', month: 10 }] }],
    costs: { tools: { [WHO]: 2 } },
  })
  const { telemetry, events, lines } = keptAudit()
  const gateway = await startFleet({ env: file.env, clock, telemetry })
  const hints = []
  for (let calls = 0; calls < 5; calls++) {
    const { result } = await answerOf(await ask(gateway))
    hints.push(result?._meta?.['dev.atoll/budget'])
  }
  const hint = { name: 'tenants', of: 10, renewsAt: '2026-12-01T00:00:00.000Z' }
  expect(hints).toEqual([
    ...[undefined, undefined, undefined],
    [{ ...hint, used: 0.8, left: 2 }],
    [{ ...hint, used: 1, left: 0 }],
  ])
  const { result } = await answerOf(await ask(gateway))
  expect(result).toMatchObject({
    content: [
      {
        text: expect.stringContaining(
          'The budget "tenants" of 10 units a month is used up; it renews at 2026-12-01',
        ),
      },
    ],
    _meta: { 'dev.atoll/error': { code: 'BUDGET_EXHAUSTED', retryAfter: expect.any(Number) } },
  })
  expect(await call(gateway, { tenant: 'globex' })).toBe('ok')
  // What is no tool costs nothing.
  expect(await outcomeOf(await gateway.post('tools/list', {}))).toBe('ok')
  await expect
    .poll(() => events().filter(({ kind }) => kind === 'budget'))
    .toMatchObject([
      {
        tenant: 'acme',
        name: 'tenants acme',
        reason: expect.stringContaining('80 % of 10 units a month are used'),
      },
    ])
  await expect
    .poll(() => events().filter(({ rule }) => rule === 'budget:tenants'))
    .toMatchObject([{ name: WHO, rule: 'budget:tenants', outcome: 'refused', errorCode: 'BUDGET_EXHAUSTED' }])
  expect(lines().some(({ event }) => event !== 'call')).toBe(false)
  const metrics = await (await fetch(`${gateway.origin}/metrics`)).text()
  expect(metrics).toContain('atoll_gateway_budget_warnings_total{budget="tenants"} 1')
  goOn(Date.UTC(2026, 11, 1) - at)
  expect(await call(gateway)).toBe('ok')
})

test('what no server carried out costs nothing', async () => {
  const file = limitsOf({
    limits: [{ name: 'day', per: ['tenant'], day: 4 }],
    budgets: [{ name: 'tenants', per: 'tenant', month: 2 }],
  })
  const gateway = await startFleet({
    env: file.env,
    others: [{ name: 'gone', url: 'http://127.0.0.1:9/mcp' }],
  })
  for (const name of ['hr__nothing', 'gone__tool', 'hr__nothing'])
    expect(await call(gateway, {}, name)).not.toBe('ok')
  await gateway.hr.close()
  for (let calls = 0; calls < 3; calls++) expect(await call(gateway)).toBe('UNAVAILABLE')
  expect(await admin(gateway, 'limits?tenant=acme')).toMatchObject([
    200,
    {
      limits: [
        { name: 'caller' },
        { name: 'day-day', left: 1 },
        { name: 'tenants', unit: 'units', left: 2, most: 2 },
      ],
    },
  ])
  expect(await admin(gateway, 'usage')).toMatchObject([200, { rows: [] }])
  // Names that nothing has are requests, and count as such.
  expect(await call(gateway, {}, 'orders__list_my_orders')).toBe('ok')
  expect(await call(gateway, {}, 'orders__list_my_orders')).toBe('LIMITED')
})

test('a process that starts again goes on with the budget where the last one was', async () => {
  const env = {
    ...limitsOf({ budgets: [{ name: 'tenants', per: 'tenant', month: 3 }] }).env,
    USAGE_FILE: join(newFolder(), 'usage.jsonl'),
  }
  const first = await startFleet({ env })
  expect([await call(first), await call(first)]).toEqual(['ok', 'ok'])
  await first.app.close()
  await first.close()
  const second = await startFleet({ env })
  expect([await call(second), await call(second)]).toEqual(['ok', 'BUDGET_EXHAUSTED'])
  expect(await admin(second, 'budgets')).toMatchObject([
    200,
    { budgets: [{ name: 'tenants', per: 'tenant', holder: 'acme', used: 3, of: 3, share: 1 }] },
  ])
})

test('teams follow from roles, and have budgets of their own', async () => {
  const file = limitsOf({
    teams: { rolePrefix: 'team:', roles: { controller: 'finance' } },
    budgets: [{ name: 'teams', per: 'team', month: 1 }],
  })
  const gateway = await startFleet({ env: file.env })
  const finance = { roles: ['controller', 'employee'] }
  const sales = { roles: ['team:sales'] }
  expect([await call(gateway, finance), await call(gateway, finance)]).toEqual(['ok', 'BUDGET_EXHAUSTED'])
  expect([await call(gateway, sales), await call(gateway), await call(gateway)]).toEqual(['ok', 'ok', 'ok'])
  expect(await admin(gateway, 'usage?by=team')).toMatchObject([
    200,
    {
      rows: [
        { team: '', calls: 2, units: 2 },
        { team: 'finance', calls: 1 },
        { team: 'sales', calls: 1 },
      ],
    },
  ])
})

test('teams of the same name are those of their tenants, each with its own budget and limit', async () => {
  const { telemetry, events } = keptAudit()
  const env = {
    ...limitsOf({
      teams: { rolePrefix: 'team:' },
      limits: [{ name: 'day', per: ['team'], day: 2 }],
      budgets: [
        {
          name: 'teams',
          per: 'team',
          month: 2,
          overrides: [{ tenant: 'globex', team: 'finance', month: 1 }],
        },
      ],
    }).env,
    USAGE_FILE: join(newFolder(), 'usage.jsonl'),
  }
  const gateway = await startFleet({ env, telemetry })
  const roles = ['team:finance']
  const globex = { tenant: 'globex', roles }
  expect([await call(gateway, { roles }), await call(gateway, { roles })]).toEqual(['ok', 'ok'])
  expect([await call(gateway, globex), await call(gateway, globex)]).toEqual(['ok', 'BUDGET_EXHAUSTED'])
  const shares = [
    { name: 'teams', per: 'team', tenant: 'acme', holder: 'finance', used: 2, of: 2, share: 1 },
    { name: 'teams', per: 'team', tenant: 'globex', holder: 'finance', used: 1, of: 1, share: 1 },
  ]
  expect(await admin(gateway, 'budgets')).toMatchObject([200, { budgets: shares }])
  await expect
    .poll(() => events().filter(({ kind }) => kind === 'budget'))
    .toMatchObject([{ tenant: 'acme', name: 'teams finance' }, { tenant: 'globex' }])
  await gateway.app.close()
  await gateway.close()
  const again = await startFleet({ env })
  expect([await call(again, { tenant: 'initech', roles }), await call(again, globex)]).toEqual([
    ...['ok', 'BUDGET_EXHAUSTED'],
  ])
})

test('usage is added up by what one asks for, with the price, for people who run the gateway alone', async () => {
  const { clock, goOn } = movedClock(Date.UTC(2026, 10, 20, 23, 59, 59))
  const file = limitsOf({
    costs: { tools: { 'orders__*': 5 }, price: { perUnit: 0.25, currency: 'EUR' } },
  })
  const gateway = await startFleet({ env: file.env, clock })
  await call(gateway)
  goOn(2000)
  await call(gateway, {}, 'orders__list_my_orders')
  await call(gateway, { tenant: 'globex' })
  await gateway.post('tools/call', { name: 'hr__search_employees', arguments: { text: 1 } })
  const row = (tenant: string, tool: string, units: number, failed = 0) => ({
    ...{ tenant, tool, calls: 1, units, failed, cost: units / 4 },
  })
  expect(await admin(gateway, 'usage')).toEqual([
    200,
    {
      ...{ since: '2026-11-01', until: '2026-11-21', by: ['tenant', 'tool'] },
      price: { perUnit: 0.25, currency: 'EUR' },
      rows: [
        row('acme', 'hr__search_employees', 1, 1),
        row('acme', WHO, 1),
        row('acme', 'orders__list_my_orders', 5),
        row('globex', WHO, 1),
      ],
    },
  ])
  expect(await admin(gateway, 'usage?by=day,server&until=2026-11-20')).toMatchObject([
    200,
    { rows: [{ day: '2026-11-20', server: 'hr', calls: 1, units: 1 }] },
  ])
  expect(await admin(gateway, 'usage?by=planet')).toMatchObject([
    400,
    { error: { message: expect.stringContaining('must be some of month, day, tenant') } },
  ])
  for (const path of ['usage', 'limits', 'budgets']) expect((await admin(gateway, path, {}))[0]).toBe(403)
})

test('a tool costs what its server says, unless the file says something else', async () => {
  const COUNT = 'hr__count_slowly'
  const file = limitsOf({})
  const gateway = await startFleet({ env: file.env })
  const client = await gateway.connect()
  const listed = (await client.listTools()).tools.find(({ name }) => name === COUNT)
  expect(listed?._meta?.['dev.atoll/tool']).toMatchObject({ cost: 3 })
  const units = async () => {
    await call(gateway, {}, COUNT)
    const [, usage] = await admin(gateway, 'usage?by=tool')
    return usage.rows
  }
  expect(await units()).toMatchObject([{ tool: COUNT, calls: 1, units: 3 }])
  file.write({ costs: { tools: { [COUNT]: 0 } } })
  const inForce = async () => (await admin(gateway, 'limits'))[1].costs
  await expect.poll(inForce, { timeout: 5000 }).toMatchObject({ tools: { [COUNT]: 0 } })
  expect(await units()).toMatchObject([{ calls: 2, units: 3 }])
})

test('what is left to somebody is shown to those who run the gateway', async () => {
  const file = limitsOf({
    limits: [{ name: 'tool', per: ['tenant', 'tool'], of: { server: 'hr' }, rate: '60/min', day: 9 }],
  })
  const gateway = await startFleet({ env: { ...file.env, GATEWAY_RATE: '10/h' } })
  await call(gateway)
  const issuer = encodeURIComponent(gateway.people.issuer)
  const [status, view] = await admin(gateway, `limits?tenant=acme&subject=alice&issuer=${issuer}&tool=${WHO}`)
  expect(status).toBe(200)
  expect(view).toMatchObject({
    isAlone: false,
    limits: [
      { name: 'caller', kind: 'rate', burst: 10, left: 9 },
      { name: 'tool', tenant: 'acme', kind: 'rate', left: expect.any(Number), perSecond: 1 },
      { name: 'tool-day', kind: 'quota', most: 9, period: 'day', left: 8, renewsAt: expect.any(String) },
    ],
  })
  expect(await admin(gateway, 'limits')).toMatchObject([200, { limits: [{ name: 'tool', day: 9 }] }])
  expect(await admin(gateway, 'limits?subject=alice')).toMatchObject([
    400,
    { error: { message: expect.stringContaining('tenant') } },
  ])
})
