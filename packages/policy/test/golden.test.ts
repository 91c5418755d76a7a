import { expect, test } from 'vitest'
import { readGolden, readPolicy, runGolden } from '../src/index.ts'

const POLICY = `version: 1
rules:
  - name: managers-cancel
    allow: target.name == "orders__cancel_order" && "manager" in principal.roles && args.amount < 100
`
const GOLDEN = `people:
  alice: { roles: [manager] }
  bob: {}
targets:
  orders__cancel_order: { effect: destroy, data: confidential }
decisions:
  - { as: alice, target: orders__cancel_order, expect: allow }
  - { as: alice, target: orders__cancel_order, args: { amount: 5 }, expect: allow, rule: managers-cancel }
  - { as: alice, target: orders__cancel_order, args: { amount: 500 }, expect: deny, rule: default-destroy }
  - { as: bob, target: orders__cancel_order, expect: deny }
`

test('golden decisions are held against a policy', () => {
  const golden = readGolden(GOLDEN, 'decisions.yaml')
  const results = runGolden(golden, readPolicy(POLICY, 'policy.yaml'))
  expect(results.map(({ line, found, by, isRight }) => [line, found, by, isRight])).toEqual([
    [7, 'allow', 'managers-cancel', true],
    [8, 'allow', 'managers-cancel', true],
    [9, 'deny', 'default-destroy', true],
    [10, 'deny', 'default-destroy', true],
  ])
  expect(golden.decisions[0]?.target).toMatchObject({ kind: 'tool', server: 'orders', effect: 'destroy' })
})

test('a decision that came out otherwise, or by another rule, is wrong', () => {
  const golden = readGolden(GOLDEN, 'decisions.yaml')
  const open = POLICY.replaceAll('managers-cancel', 'another').replace(' && args.amount < 100', '')
  const results = runGolden(golden, readPolicy(open, 'policy.yaml'))
  expect(results.map(({ isRight }) => isRight)).toEqual([true, false, false, true])
})

test('names what a golden file asks for and does not describe, with its line', () => {
  const text = GOLDEN.replace('as: bob', 'as: carol').replace(
    'target: orders__cancel_order, expect: deny',
    'target: x, expect: deny',
  )
  expect(() => readGolden(text, 'decisions.yaml')).toThrow(
    'decisions.yaml is not right. line 10, decisions 4: as is none of the people. line 10, decisions 4: target is none of the targets.',
  )
})
