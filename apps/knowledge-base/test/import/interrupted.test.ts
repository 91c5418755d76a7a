import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Library, ownLibrary, reader } from '../library.ts'
import { folder } from './folder.ts'
import { runImportCommand } from './run-command.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let library: Library
beforeAll(async () => {
  library = await ownLibrary({ filled: false })
})
afterAll(() => library?.close())

async function stored(): Promise<number> {
  const client = new pg.Client({ connectionString: library.ownerUrl })
  await client.connect()
  const { rows } = await client.query<{ count: number }>(
    `select set_config('app.tenant', 'acme', false), (select count(*)::int from documents where tenant = 'acme') as count`,
  )
  await client.end()
  return rows[0]?.count ?? 0
}

describe('an import that was killed', () => {
  it('has kept whole documents, and is finished by the next', async () => {
    const files = Array.from({ length: 150 }, (_, n) => [
      `${n}.md`,
      `# Lynx ${n}\n\n${`The lynx of valley ${n} was counted by the ranger. `.repeat(20)}`,
    ])
    const { path } = await folder(Object.fromEntries(files))
    const args = ['--tenant', 'acme', '--dir', path]
    const child = spawn(process.execPath, [MAIN, 'import', ...args], {
      env: { ...process.env, DATABASE_OWNER_URL: library.ownerUrl, DATABASE_URL: library.appUrl },
      stdio: 'ignore',
    })
    await expect.poll(stored, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const kept = await stored()
    expect(kept).toBeLessThan(150)
    const { stdout } = await runImportCommand(library, args)
    expect(stdout).toContain(`${150 - kept} added, 0 changed, ${kept} as before`)
    const { structuredContent } = await library.server.call('list_categories', {}, { as: reader })
    expect(structuredContent.categories).toEqual([{ category: 'General', documents: 150 }])
  }, 120_000)
})
