import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place } from './support/command.ts'

const POLICY = `version: 1
rules:
  - name: managers-cancel
    allow: target.name == "orders__cancel_order" && "manager" in principal.roles
`
const DECISIONS = `people:
  alice: { roles: [manager] }
  bob: {}
targets:
  orders__cancel_order: { effect: destroy }
decisions:
  - { as: alice, target: orders__cancel_order, args: { id: ORD-1 }, expect: allow, rule: managers-cancel }
  - { as: bob, target: orders__cancel_order, expect: deny }
`

let place: Place
let policy: string
let decisions: string
beforeAll(async () => {
  place = await openPlace('plain')
  policy = join(place.home, 'policy.yaml')
  decisions = join(place.home, 'decisions.yaml')
})
afterAll(() => place[Symbol.asyncDispose]())

async function write(rules = POLICY, golden = DECISIONS) {
  await writeFile(policy, rules)
  await writeFile(decisions, golden)
}

describe('policy check', () => {
  test('says that a policy is right', async () => {
    await write()
    const { code, stdout } = await place.run(['policy', 'check', policy])
    expect(stdout).toMatch(/policy\.yaml is right: 1 rules, version [0-9a-f]{12}\.\n$/)
    expect(code).toBe(0)
  })

  test('names what is wrong with one, with rule and line', async () => {
    await write(POLICY.replace('principal.roles', 'principal.rolls'))
    const { code, stderr } = await place.run(['policy', 'check', policy])
    expect(stderr).toContain('line 4, rule "managers-cancel": allow is not right: No such key: rolls.')
    expect(code).toBe(2)
  })

  test('says when there is none', async () => {
    const { code, stderr } = await place.run(['policy', 'check', join(place.home, 'nothing.yaml')])
    expect(stderr).toContain('nothing.yaml cannot be read')
    expect(code).toBe(2)
  })
})

describe('policy test', () => {
  test('shows each decision and who made it', async () => {
    await write()
    const { code, stdout } = await place.run(['policy', 'test', decisions])
    expect(stdout).toMatch(/^ +LINE +AS +TARGET +ARGUMENTS +DECISION +RULE\n/)
    expect(stdout).toMatch(/✔ +7 +alice +orders__cancel_order +\{"id":"ORD-1"\} +allow +managers-cancel\n/)
    expect(stdout).toMatch(/✔ +8 +bob +orders__cancel_order +deny +default-destroy\n/)
    expect(stdout).toContain('2 of 2 decisions are as expected')
    expect(code).toBe(0)
  })

  test('fails where one comes out otherwise, and says how', async () => {
    await write(POLICY.replace('"manager"', '"director"'))
    const { code, stdout } = await place.run(['policy', 'test', decisions])
    expect(stdout).toMatch(/✖ +7 +alice .* deny by default-destroy, not allow by managers-cancel$/m)
    expect(stdout).toContain('1 of 2 decisions are as expected')
    expect(code).toBe(1)
  })

  test('tells scripts', async () => {
    await write()
    const { stdout } = await place.run(['policy', 'test', decisions, '--json'])
    expect(JSON.parse(stdout)).toMatchObject([
      { as: 'alice', found: 'allow', by: 'managers-cancel', isRight: true },
      { as: 'bob', found: 'deny', isRight: true },
    ])
  })
})

describe('a token', () => {
  const tokenOf = async (...args: string[]) => {
    const { stdout } = await place.run(['token', '--scopes', 'a:read', ...args])
    return decodeJwt(stdout.trim())
  }

  test('has the tenant and the roles of the person', async () => {
    expect(await tokenOf()).toMatchObject({ sub: 'alice', tenant: 'acme', roles: ['employee', 'editor'] })
    expect(await tokenOf('--subject', 'bob')).toMatchObject({ tenant: 'globex', roles: ['employee'] })
    expect(await tokenOf('--subject', 'bob', '--tenant', 'acme', '--roles', 'guest')).toMatchObject({
      tenant: 'acme',
      roles: ['guest'],
    })
  })

  test('of somebody unknown has none', async () => {
    expect(await tokenOf('--subject', 'zoe')).not.toHaveProperty('roles')
  })
})

test.each([
  [['disable', 'orders__cancel_order'], 2, "required option '--reason <why>' not specified"],
  [['disable', 'orders', '--reason', 'why'], 3, 'The fleet is not running here'],
  [['disabled'], 3, 'The fleet is not running here'],
  [['disabled', '--gateway', 'nonsense'], 2, '--gateway must be a URL'],
  [['disabled', '--gateway', 'http://127.0.0.1:1'], 2, 'ATOLL_TOKEN must hold a token'],
  [['policy', 'explain', '--as', 'alcie', '--tool', 'x'], 2, 'Nobody is called "alcie"; did you mean alice?'],
])('%j ends with code %i and says why', async (args, exitCode, sentence) => {
  const { code, stderr } = await place.run(args)
  expect(stderr).toContain(sentence)
  expect(code).toBe(exitCode)
})

test('a gateway that cannot be reached is said to be', async () => {
  const { code, stderr } = await place.run(
    ['disabled', '--gateway', `http://127.0.0.1:${place.ports.beta}`],
    {
      env: { ATOLL_TOKEN: 'a token' },
    },
  )
  expect(stderr).toContain('cannot be reached')
  expect(code).toBe(3)
})
