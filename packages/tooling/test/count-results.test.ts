import { describe, expect, it } from 'vitest'
import { countResults, type Report, skippedServiceSuites } from '../src/results/count-results.ts'

function file(name: string, ...statuses: string[]): Report['testResults'][number] {
  return {
    name,
    status: statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status, index) => ({ fullName: `${name} ${index}`, status })),
  }
}

describe('countResults', () => {
  it('counts passed, failed and skipped tests over all files', () => {
    const testResults = [file('a', 'passed', 'failed', 'pending'), file('b', 'passed', 'todo', 'skipped')]
    expect(countResults({ testResults })).toEqual({ passed: 2, failed: 1, skipped: 3 })
  })

  it('counts a file that could not be loaded as a failure', () => {
    const broken = { name: 'c', status: 'failed', assertionResults: [] }
    expect(countResults({ testResults: [broken] })).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})

describe('skippedServiceSuites', () => {
  const read = (name: string) => (name === 'redis.test.ts' ? 'skipIf(!process.env.TEST_SERVICE_URL)' : '')

  it('is content when every test of the files that name the variable ran', () => {
    const testResults = [file('redis.test.ts', 'passed', 'passed'), file('other.test.ts', 'pending')]
    expect(skippedServiceSuites({ testResults }, ['TEST_SERVICE_URL'], read)).toEqual([])
  })

  it('names a skipped test', () => {
    const testResults = [file('redis.test.ts', 'passed', 'pending')]
    expect(skippedServiceSuites({ testResults }, ['TEST_SERVICE_URL'], read)).toEqual([
      'skipped although TEST_SERVICE_URL is set: redis.test.ts 1',
    ])
  })

  it('misses a suite that does not exist at all', () => {
    const testResults = [file('other.test.ts', 'passed')]
    expect(skippedServiceSuites({ testResults }, ['TEST_SERVICE_URL'], read)).toEqual([
      'no suite that needs TEST_SERVICE_URL passed a test',
    ])
  })
})
