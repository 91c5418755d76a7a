import { testDatabase } from '@atoll/testing'
import { expect, onTestFinished, test } from 'vitest'
import { outlived } from '../src/collections.ts'
import { post } from '../src/post.ts'
import { printTable } from '../src/report.ts'
import { audienceOf, newSite, REGISTER } from '../src/site.ts'

/** Collections are told, and nothing else. */
const TOLD = '--trace-gc'
/** A full collection takes as long as a second, so that it finds calls that were under way at any time in it. */
const SLOWLY = '--no-concurrent-marking'
const QUIET = { AUDIT_STDOUT: 'false' }
const CALLS = 12_000
/** The last ones, as what starts keeps what it makes, and compiles while it is called. */
const COLLECTIONS = 6
const AT_ONCE = 32

test.each([
  ['at the gateway and at a server', 'ledger', [TOLD]],
  ['also after full collections that found them under way', 'ledger', [TOLD, SLOWLY]],
  ['also where they ask a database', 'notes', [TOLD]],
] as const)('calls are gone with the next collection of young objects, %s', async (_, name, flags) => {
  const site = await newSite()
  const servers = [{ name, audience: audienceOf(name), register: REGISTER }]
  const gateway = await site.gateway(servers, QUIET, flags)
  const env = name === 'notes' ? { DATABASE_URL: await notesDatabase() } : {}
  const server = await site.server(name, gateway, { ...QUIET, ...env }, flags)
  const token = await site.token()
  const params = { name: `${name}__look`, arguments: { id: 'a' } }
  const call = async () => {
    for (let made = 0; made < CALLS / AT_ONCE; made += 1) {
      const response = await post(gateway.mcp, token, 'tools/call', params)
      expect(await response.json()).toMatchObject({ result: { structuredContent: { id: 'a' } } })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, call))
  // What was told waits in the process until it ends.
  await Promise.all([gateway.stop('SIGTERM'), server.stop('SIGTERM')])
  const shares = [gateway, server].map((each) => outlived(each.output(), COLLECTIONS))
  printTable(
    ['of what calls allocate', 'outlives a collection'],
    shares.map((share, at) => [at === 0 ? 'at the gateway' : 'at a server', `${(share * 100).toFixed(1)} %`]),
  )
  for (const share of shares) expect(share).toBeLessThan(0.06)
})

async function notesDatabase(): Promise<string> {
  const migrations = { '0001_note': { up: 'create table note (id text not null)' } }
  const { appUrl, close } = await testDatabase({ name: 'young', migrations })
  onTestFinished(close)
  return appUrl
}
