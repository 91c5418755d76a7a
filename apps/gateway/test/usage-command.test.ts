import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startFleet } from './fixture/fleet.ts'
import { limitsOf, movedClock } from './fixture/limits.ts'
import { newFolder, OPERATOR } from './fixture/policy.ts'

const ATOLL = join(import.meta.dirname, '../../../packages/cli/src/main.ts')
const run = promisify(execFile)

test('`atoll usage` shows what calls cost as a table, and as CSV for chargeback', async () => {
  const { clock } = movedClock(Date.UTC(2026, 10, 21, 12))
  const costs = { tools: { orders__list_my_orders: 1500 }, price: { perUnit: 0.01, currency: 'EUR' } }
  const gateway = await startFleet({ env: limitsOf({ costs }).env, clock })
  for (const [tenant, name] of [
    ['acme', 'hr__who_am_i'],
    ['acme', 'hr__who_am_i'],
    ['acme', 'orders__list_my_orders'],
    ['=1+1, "Ltd"', 'hr__who_am_i'],
  ] as const)
    await (await gateway.post('tools/call', { name, arguments: {} }, { as: { tenant } })).text()
  const env = {
    PATH: process.env.PATH,
    ATOLL_HOME: newFolder(),
    ATOLL_TOKEN: await gateway.token(OPERATOR),
    NO_COLOR: '1',
    COLUMNS: '100',
  }
  const usage = async (...args: string[]) =>
    (await run(process.execPath, [ATOLL, 'usage', '--gateway', gateway.origin, ...args], { env })).stdout
  expect((await usage()).split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['TENANT', 'TOOL', 'CALLS', 'FAILED', 'UNITS', 'EUR'],
    ['=1+1, "Ltd"', 'hr__who_am_i', '1', '0', '1', '0.01'],
    ['acme', 'hr__who_am_i', '2', '0', '2', '0.02'],
    ['acme', 'orders__list_my_orders', '1', '0', '1,500', '15.00'],
    ['all', '4', '0', '1,503', '15.03'],
    ['Calls from 2026-11-01 to 2026-11-21, in days of UTC.'],
    [''],
  ])
  expect((await usage('--by', 'month,tenant', '--csv')).trim().split('\r\n')).toEqual([
    'month,tenant,calls,failed,units,EUR',
    `2026-11,"'=1+1, ""Ltd""",1,0,1,0.01`,
    '2026-11,acme,3,0,1502,15.02',
  ])
  expect(await usage('--since', '2026-11-01', '--until', '2026-11-02')).toBe(
    'Nothing was called from 2026-11-01 to 2026-11-02.\n',
  )
  await expect(usage('--by', 'planet')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('by.0: must be some of month, day, tenant, team, server, tool'),
  })
}, 60_000)
