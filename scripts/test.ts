import { spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Every test of the workspace in one run; what follows `npm test --` goes to vitest. */
const directory = resultsDirectory()
const child = spawn(
  join(root, 'node_modules/.bin/vitest'),
  [
    'run',
    // Most tests wait for something: with a core left free, as is the default, two cores run one file at a time.
    '--maxWorkers=100%',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(directory, 'results.json')}`,
    '--reporter=junit',
    `--outputFile.junit=${join(directory, 'junit.xml')}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } },
)
// A terminal's Ctrl-C reaches vitest by itself; wait for it to tidy up.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('error', (error) => {
  process.stderr.write(`vitest did not start: ${error.message}\n`)
  process.exitCode = 1
})
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})

/** Where the machine-readable results go: ATOLL_TEST_RESULTS, else .atoll/test-results, else a temporary folder. */
function resultsDirectory(): string {
  const wanted = process.env.ATOLL_TEST_RESULTS ?? join(root, '.atoll/test-results')
  try {
    mkdirSync(wanted, { recursive: true })
    accessSync(wanted, constants.W_OK)
    return wanted
  } catch {
    return mkdtempSync(join(tmpdir(), 'atoll-test-results-'))
  }
}
