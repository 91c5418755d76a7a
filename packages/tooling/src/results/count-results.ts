import { existsSync, readFileSync } from 'node:fs'

/** The part we read of a vitest JSON report. */
export interface Report {
  testResults: {
    name: string
    status: string
    assertionResults: { fullName: string; status: string }[]
  }[]
}

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** Count tests; a file that could not even be loaded counts as one failure. */
export function countResults(report: Report): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1
      else if (status === 'failed') counts.failed += 1
      else counts.skipped += 1
    }
    const told = file.assertionResults.some(({ status }) => status === 'failed')
    if (file.status === 'failed' && !told) counts.failed += 1
  }
  return counts
}

/**
 * What shows that the suites against real services did not run: for each variable that switches such suites on, a
 * file that names it and skipped a test, or no file at all with a passed test.
 */
export function skippedServiceSuites(
  report: Report,
  variables: readonly string[],
  read = readSource,
): string[] {
  return variables.flatMap((variable) => {
    const files = report.testResults.filter(({ name }) => read(name).includes(variable))
    const skipped = files.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
    )
    if (skipped.length > 0) {
      return skipped.map(({ fullName }) => `skipped although ${variable} is set: ${fullName}`)
    }
    const ran = files.some((file) => file.assertionResults.some(({ status }) => status === 'passed'))
    return ran ? [] : [`no suite that needs ${variable} passed a test`]
  })
}

function readSource(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
