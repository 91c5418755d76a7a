import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readGolden, readPolicy, runGolden } from '../src/index.ts'

const folder = join(import.meta.dirname, '../../../infra/policy')
const golden = readGolden(readFileSync(join(folder, 'decisions.yaml'), 'utf8'), 'decisions.yaml')
const failures: string[] = []
const policy = readPolicy(readFileSync(join(folder, golden.policy), 'utf8'), golden.policy, {
  onFailure: (rule) => failures.push(rule),
})

test('the policy that is shipped decides what its golden decisions say, and no rule of it fails', () => {
  const wrong = runGolden(golden, policy).filter(({ isRight }) => !isRight)
  expect(wrong).toEqual([])
  expect(failures).toEqual([])
})

test('each of its rules decides one of them', () => {
  const deciding = new Set(runGolden(golden, policy).map(({ by }) => by))
  for (const { name } of policy.rules) expect(deciding, name).toContain(name)
})
