import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { countResults, type Report, skippedServiceSuites } from '@atoll/tooling/results'

/**
 * `node scripts/ci/results.ts <directory> check` fails when a suite that needs PostgreSQL or Redis did not run;
 * `... count` prints "N passed, N failed, N skipped".
 */
const [directory = '.atoll/test-results', action = 'count'] = process.argv.slice(2)
const file = join(directory, 'results.json')
const report: Report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] }

if (action === 'check') {
  const problems = skippedServiceSuites(report, ['TEST_DATABASE_URL', 'TEST_REDIS_URL'])
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
} else {
  const { passed, failed, skipped } = countResults(report)
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
}
