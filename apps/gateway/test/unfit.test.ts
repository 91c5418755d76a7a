import { describe, expect, test } from 'vitest'
import { newSite, startFleet, startGateway, type TestGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { limitsOf, outcomeOf } from './fixture/limits.ts'
import { rawServer, tool, withTools } from './fixture/raw-server.ts'

const LIMITED = { code: -32603, data: { code: 'LIMITED', retryable: true } }

async function startRegion(options: Parameters<typeof startGateway>[2]) {
  const region = { type: 'string', 'x-mcp-header': 'Region' }
  const listed = tool('region', { inputSchema: { type: 'object', properties: { region } } })
  const raw = await rawServer(withTools([listed], ({ reply }) => reply({ content: [] })))
  return startGateway(await newSite(), [{ name: 'raw', url: raw.url }], options)
}

const REGION = { name: 'raw__region', arguments: { region: 'secret' } }
const WHO = { name: 'hr__who_am_i', arguments: {} }

const mismatches: [string, (gateway: TestGateway) => Promise<Response>, typeof startRegion][] = [
  [
    'an argument',
    ({ post }) => post('tools/call', REGION, { headers: { 'mcp-param-region': 'public' } }),
    startRegion,
  ],
  ['a tool', ({ post }) => post('tools/call', WHO, { headers: { 'mcp-name': 'hr__promote' } }), startFleet],
  [
    'a method',
    ({ post }) => post('tools/call', WHO, { headers: { 'mcp-method': 'tools/list' } }),
    startFleet,
  ],
]

describe.each(mismatches)('requests whose header says otherwise than their body of %s', (_, ask, start) => {
  test('take from what their caller may ask for, and are refused with 429 once that is used up', async () => {
    const { telemetry, events } = keptAudit()
    const gateway = await start({ env: { GATEWAY_RATE: '2/h' }, telemetry })
    const [first, second] = [await ask(gateway), await ask(gateway)]
    expect([first.status, second.status]).toEqual([400, 400])
    expect(first.headers.get('ratelimit')).toBe('"caller";r=1;t=1800')
    const third = await ask(gateway)
    expect([third.status, await third.json()]).toMatchObject([429, { id: 3, error: LIMITED }])
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await outcomeOf(await gateway.post('tools/list', {}))).toBe('LIMITED')
    const bob = { as: { subject: 'bob' } }
    expect(await outcomeOf(await gateway.post('tools/list', {}, bob))).toBe('ok')
    const refused = { decision: 'refused', kind: 'tool' }
    await expect.poll(events).toMatchObject([
      { ...refused, rule: 'input' },
      { ...refused, rule: 'input' },
      { ...refused, rule: 'rate:caller', errorCode: 'LIMITED' },
      { kind: 'listing', rule: 'rate:caller' },
      { kind: 'listing', outcome: 'ok' },
    ])
  })
})

test('a refused call counts as a call, and a refused list as a list', async () => {
  const { env } = limitsOf({
    limits: [
      { name: 'lists', per: ['principal'], of: { requests: 'lists' }, rate: '1/h' },
      { name: 'calls', per: ['principal'], of: { requests: 'calls' }, rate: '1/h' },
    ],
  })
  const { post } = await startFleet({ env })
  const headers = { 'mcp-method': 'prompts/list' }
  const ask = async (method: string, params: object) =>
    (await post(method, { ...params }, { headers })).status
  expect([await ask('tools/call', WHO), await ask('tools/call', WHO)]).toEqual([400, 429])
  expect([await ask('tools/list', {}), await ask('tools/list', {})]).toEqual([400, 429])
})
