import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startFixture } from '../src/start.ts'
import { startBehindGateway } from '../src/start-gateway.ts'

const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')
const suite = join(dirname(manifest), 'dist/index.js')

/** Run the official suite; its exit code covers the scored scenarios, with no list of expected failures. */
async function runSuite(url: string, requirements: string): Promise<{ code: number; output: string }> {
  const cwd = await mkdtemp(join(tmpdir(), 'atoll-conformance-'))
  try {
    return await new Promise((resolve) => {
      const args = [suite, 'server', '--url', url, '--requirements', requirements]
      execFile(process.execPath, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}\n${stderr}` })
      })
    })
  } finally {
    await rm(cwd, { recursive: true, force: true })
  }
}

/** The scored scenarios; the suite also runs others and lists them, with the reason, as "Not scored". */
function scenarios(output: string): { passed: string[]; failed: string[] } {
  const [summary = '', list = ''] = output.split(/^Not scored for .*$/m)
  const notScored = new Set(Array.from(list.matchAll(/^ {2}[✓✗] ([\w-]+) \(.+\)$/gm), ([, name]) => name))
  const lines = [...summary.matchAll(/^([✓✗]) ([\w-]+): \d+ passed, \d+ failed$/gm)]
  const scored = lines.filter(([, , name]) => !notScored.has(name))
  const named = (mark: string) => scored.filter((line) => line[1] === mark).map((line) => line[2] ?? '')
  return { passed: named('✓'), failed: named('✗') }
}

/** The suite only describes `tasks-status-notifications` so far; the kit's own tests look at them. */
const TASKS = [
  '✓ tasks-lifecycle: 9 passed, 0 failed',
  '✓ tasks-capability-negotiation: 5 passed, 0 failed',
  '✓ tasks-wire-fields: 4 passed, 0 failed',
  '✓ tasks-request-state-removal: 3 passed, 0 failed',
  '✓ tasks-mrtr-input: 4 passed, 0 failed',
  '✓ tasks-request-headers: 5 passed, 0 failed',
  '✓ tasks-dispatch-and-envelope: 9 passed, 0 failed',
  '✓ tasks-status-notifications: 0 passed, 0 failed',
  '✓ tasks-required-task-error: 3 passed, 0 failed',
  '✓ tasks-mrtr-composition: 2 passed, 0 failed',
]

describe.each([
  ['a server of the kit', startFixture],
  ['the gateway in front of one', startBehindGateway],
])('%s', (_, start) => {
  test('passes every scored scenario of 2025-11-25', { timeout: 240_000 }, async () => {
    const served = await start({ sessions: true })
    try {
      const { code, output } = await runSuite(served.url, '2025-11-25')
      const { passed, failed } = scenarios(output)
      expect(failed, output.slice(-4000)).toEqual([])
      expect(passed.length).toBeGreaterThanOrEqual(30)
      expect(code).toBe(0)
    } finally {
      await served.close()
    }
  })

  // Sessions belong to 2025; a modern client must see the same server with them on and off.
  test.each([
    ['off', false],
    ['on', true],
  ])('passes every scored scenario of 2026-07-28, sessions %s', { timeout: 240_000 }, async (_, sessions) => {
    const served = await start({ sessions })
    try {
      const { code, output } = await runSuite(served.url, '2026-07-28')
      const { passed, failed } = scenarios(output)
      expect(failed, output.slice(-4000)).toEqual([])
      expect(passed.length).toBeGreaterThanOrEqual(37)
      expect(code).toBe(0)
      // The suite runs these and does not score them; here they count.
      expect(output.match(/^[✓✗] tasks-[\w-]+: \d+ passed, \d+ failed$/gm)).toEqual(TASKS)
    } finally {
      await served.close()
    }
  })
})
