import { describe, expect, test } from 'vitest'
import { type Caller, type Effect, readPolicy, Target } from '../src/index.ts'

function someone(
  about: { tenant?: string; roles?: string[]; scopes?: string[]; actor?: string } = {},
): Caller {
  const { tenant = 'acme', roles = [], scopes = [], actor } = about
  return {
    ...{ subject: 'alice', tenant, clientId: 'desk', issuer: 'https://id.test' },
    roles: new Set(roles),
    scopes: new Set(scopes),
    ...(actor !== undefined && { actor }),
  }
}

function tool(name: string, effect: Effect = 'read', data = 'internal'): Target {
  return new Target({ kind: 'tool', server: name.split('__')[0] ?? '', name, effect, data })
}

function policyOf(...rules: string[]) {
  const failures: string[] = []
  const list = rules.map((rule, index) => `  - name: rule-${index + 1}\n    ${rule}`).join('\n')
  const text = `version: 1\nrules:\n${list}\n`
  const onFailure = (rule: string, code: string) => failures.push(`${rule} ${code}`)
  return { policy: readPolicy(text, 'policy.yaml', { onFailure }), failures }
}

const cancel = tool('orders__cancel_order', 'destroy', 'confidential')
const find = tool('orders__find_order')
const everybody = someone()

describe('a policy', () => {
  test('leaves what reads and writes to scopes, and denies what destroys, where no rule speaks', () => {
    const policy = readPolicy('version: 1\nrules: []', 'policy.yaml')
    const decided = (effect: Effect) => policy.decide(everybody, tool('orders__x', effect), {})
    expect(decided('read')).toEqual({ allowed: true, rule: 'default-read' })
    expect(decided('write')).toEqual({ allowed: true, rule: 'default-write' })
    expect(decided('destroy')).toEqual({ allowed: false, rule: 'default-destroy' })
  })

  test('denies everything but what a rule allows, where its defaults say so', () => {
    const text = `version: 1\ndefaults: { read: deny, write: deny }\nrules:\n  - { name: ours, allow: target.server == "orders" }`
    const policy = readPolicy(text, 'policy.yaml')
    expect(policy.decide(everybody, find, {})).toEqual({ allowed: true, rule: 'ours' })
    expect(policy.decide(everybody, tool('hr__x'), {})).toEqual({ allowed: false, rule: 'default-read' })
  })

  test('decides about what has several names by all of them: what denies one denies it, else what allows one allows it', () => {
    const text = `version: 1\ndefaults: { read: deny }\nrules:\n  - { name: ours, allow: target.server == "orders" }\n  - { name: not-x, deny: target.name == "hr__x" }`
    const policy = readPolicy(text, 'policy.yaml')
    const [ours, x, theirs] = [find, tool('hr__x'), tool('hr__y')]
    expect(policy.decideByAny(everybody, [ours, x], {})).toEqual({ allowed: false, rule: 'not-x' })
    expect(policy.decideByAny(everybody, [theirs, ours], {})).toEqual({ allowed: true, rule: 'ours' })
    expect(policy.decideByAny(everybody, [theirs, tool('hr__z')], {})).toEqual({
      allowed: false,
      rule: 'default-read',
    })
  })

  test('lets a rule that denies override every rule that allows, wherever it stands', () => {
    const { policy } = policyOf('allow: "true"', 'deny: principal.tenant == "globex"', 'allow: "true"')
    expect(policy.decide(someone(), cancel, {})).toEqual({ allowed: true, rule: 'rule-1' })
    expect(policy.decide(someone({ tenant: 'globex' }), cancel, {})).toEqual({
      allowed: false,
      rule: 'rule-2',
    })
  })

  test.each([
    ['subject', 'principal.subject == "alice"'],
    ['tenant', 'principal.tenant == "acme"'],
    ['roles', '"manager" in principal.roles'],
    ['scopes', '"orders:write" in principal.scopes'],
    ['client', 'principal.client == "desk"'],
    ['issuer', 'principal.issuer.startsWith("https://id.")'],
    ['actor', 'principal.actor == "reports"'],
    ['server', 'target.server == "orders"'],
    ['name', 'target.name == "orders__cancel_order" && target.kind == "tool"'],
    ['effect', 'target.effect == "destroy"'],
    ['data class', 'target.data in ["confidential", "restricted"]'],
    ['hints', 'target.hints.destructive && !target.hints.readOnly'],
    ['arguments', 'args.id == "17" && args.lines.exists(line, line.amount > 99.5)'],
  ])('decides by %s', (_, expression) => {
    const { policy, failures } = policyOf(`allow: '${expression}'`)
    const caller = someone({ roles: ['manager'], scopes: ['orders:write'], actor: 'reports' })
    const args = { id: '17', lines: [{ amount: 12 }, { amount: 100 }] }
    expect(policy.decide(caller, cancel, args)).toEqual({ allowed: true, rule: 'rule-1' })
    expect(failures).toEqual([])
  })

  test('compares numbers of JSON with numbers of rules, whole or not', () => {
    const { policy } = policyOf('deny: args.amount >= 100 || args.amount == 7')
    const decided = (amount: number) => policy.decide(everybody, find, { amount }).allowed
    expect([decided(99.9), decided(100), decided(7), decided(1e15)]).toEqual([true, false, false, false])
  })

  test('knows nothing of what every JavaScript object has', () => {
    const { policy } = policyOf('allow: has(args.constructor) || has(args.__proto__) || "toString" in args')
    expect(policy.decide(everybody, cancel, {})).toEqual({ allowed: false, rule: 'default-destroy' })
  })
})

describe('a rule that fails', () => {
  test('denies where it denies, and is reported without what the caller sent', () => {
    const { policy, failures } = policyOf('deny: int(args.amount) > 100')
    const decision = policy.decide(everybody, find, { amount: 'a secret' })
    expect(decision).toEqual({ allowed: false, rule: 'rule-1', failed: true })
    expect(failures).toHaveLength(1)
    expect(failures.join()).not.toContain('secret')
  })

  test('denies where it allows, also what would be allowed by default', () => {
    const { policy, failures } = policyOf('allow: args.amount < 100')
    expect(policy.decide(everybody, find, {})).toEqual({ allowed: false, rule: 'rule-1', failed: true })
    expect(failures).toEqual(['rule-1 no_such_key'])
  })

  test('does not take away what another rule allows', () => {
    const { policy } = policyOf('allow: args.amount < 100', 'allow: principal.tenant == "acme"')
    expect(policy.decide(someone(), cancel, {})).toEqual({ allowed: true, rule: 'rule-2' })
  })

  test('says nothing about targets that it does not name, in whichever order it is written', () => {
    const { policy, failures } = policyOf('deny: args.amount > 100 && target.server == "orders"')
    expect(policy.decide(everybody, tool('hr__x'), {})).toEqual({ allowed: true, rule: 'default-read' })
    expect(failures).toEqual([])
  })

  test('fails without arguments too: an element that is not there', () => {
    const { policy, failures } = policyOf('deny: principal.roles[5] == "x"')
    expect(policy.foresee(everybody, find)).toEqual({ allowed: false, rule: 'rule-1', failed: true })
    expect(failures).toHaveLength(1)
  })
})

describe('lists', () => {
  test('show what arguments may allow, and the call decides', () => {
    const { policy } = policyOf('allow: target.server == "orders" && args.amount < 100')
    expect(policy.foresee(everybody, cancel)).toEqual({ allowed: true, rule: 'rule-1' })
    expect(policy.decide(everybody, cancel, { amount: 99 })).toEqual({ allowed: true, rule: 'rule-1' })
    expect(policy.decide(everybody, cancel, { amount: 101 }).allowed).toBe(false)
  })

  test('show what arguments may deny', () => {
    const { policy } = policyOf('deny: args.amount > 100')
    expect(policy.foresee(everybody, find)).toEqual({ allowed: true, rule: 'default-read' })
  })

  test('hide what no arguments can allow', () => {
    const { policy } = policyOf(
      'allow: principal.tenant == "globex" && args.amount < 100',
      'deny: args.amount > 3',
    )
    expect(policy.foresee(someone(), cancel)).toEqual({ allowed: false, rule: 'default-destroy' })
    expect(policy.foresee(someone({ tenant: 'globex' }), cancel).allowed).toBe(true)
  })

  test('never promise what a call with any arguments is refused', () => {
    const { policy } = policyOf('deny: principal.tenant == "acme" || args.amount > 3', 'allow: args.x == 1')
    expect(policy.foresee(someone(), cancel)).toEqual({ allowed: false, rule: 'rule-1' })
  })
})

describe('callers', () => {
  test('who are alike in what rules look at share what was worked out', () => {
    const { policy } = policyOf(`allow: '"manager" in principal.roles'`)
    const [one, other] = [someone({ roles: ['manager'] }), someone({ roles: ['manager'], tenant: 'globex' })]
    expect(policy.shapeOf(one)).toBe(policy.shapeOf(other))
    expect(policy.shapeOf(one)).not.toBe(policy.shapeOf(someone()))
    expect(policy.isForEverybody).toBe(false)
  })

  test('are all alike where no rule looks at them', () => {
    const { policy } = policyOf('deny: target.data == "restricted"')
    expect(policy.isForEverybody).toBe(true)
    expect(policy.shapeOf(someone())).toBe(policy.shapeOf(someone({ tenant: 'globex', roles: ['x'] })))
  })

  test('are told apart in everything where a rule compares them as a whole', () => {
    const { policy } = policyOf('deny: principal in [principal] && principal.tenant == "globex"')
    expect(policy.shapeOf(someone())).not.toBe(policy.shapeOf(someone({ roles: ['x'] })))
  })
})

test('an explanation shows each rule with what of it holds', () => {
  const { policy } = policyOf(
    'allow: target.server == "orders" && "manager" in principal.roles',
    'deny: args.amount > 100',
  )
  const { decision, rules } = policy.explain(everybody, cancel, undefined)
  expect(decision).toEqual({ allowed: false, rule: 'default-destroy' })
  expect(rules).toEqual([
    {
      ...{ name: 'rule-1', kind: 'allow', line: 3, answer: 'does not hold' },
      conditions: [
        { text: 'target.server == "orders"', answer: 'holds' },
        { text: '"manager" in principal.roles', answer: 'does not hold' },
      ],
    },
    {
      ...{ name: 'rule-2', kind: 'deny', line: 5, answer: 'open' },
      conditions: [{ text: 'args.amount > 100', answer: 'open' }],
    },
  ])
  expect(policy.explain(everybody, cancel, {}).rules[1]).toMatchObject({
    answer: 'fails',
    conditions: [{ answer: 'fails', failure: 'no_such_key' }],
  })
})

test.each([
  ['args.amount > 3', true],
  ['target.server == "orders" && args.amount > 3', true],
  ['args.amount > 3 && target.server == "hr"', false],
  ['(args.amount > 3 || target.server == "orders") && target.server == "hr"', false],
  ['!(args.amount > 3) && "manager" in principal.roles', false],
  ['principal.roles.exists(role, role == args.role)', false],
  ['args.roles.exists(role, role in principal.roles)', true],
  ['target.server == "hr" ? args.amount > 3 : false', false],
  ['target.server == "orders" ? args.amount > 3 : false', true],
  ['has(args.amount) && args.amount > 3 && principal.tenant == "acme"', true],
  ['target.server == "orders" || args.amount > 3', true],
])('a list shows what "%s" may allow: %s', (expression, isShown) => {
  const { policy } = policyOf(`allow: '${expression}'`)
  expect(policy.foresee(someone(), cancel).allowed).toBe(isShown)
})
