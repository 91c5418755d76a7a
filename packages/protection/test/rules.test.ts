import { describe, expect, test } from 'vitest'
import { type Caller, readProtection, strictest, usualProtection } from '../src/index.ts'

const caller = (more: Partial<Caller> = {}): Caller => ({
  ...{ tenant: 'acme', clientId: 'app', issuer: 'https://id.test' },
  ...{ roles: new Set<string>(), scopes: new Set<string>() },
  ...more,
})
const TEXT = '4111111111111111 password=hunter2 DE89370400440532013000 ada@example.com'

describe('where nobody wrote anything', () => {
  const usual = usualProtection()

  test.each([
    ['public', '************1111 password=[redacted] DE89370400440532013000 ada@example.com'],
    ['internal', '************1111 password=[redacted] DE****************3000 ada@example.com'],
    ['confidential', '************1111 password=[redacted] DE****************3000 ada@example.com'],
    [undefined, '************1111 password=[redacted] DE****************3000 ada@example.com'],
  ] as const)('data that is %s is masked as its class asks for', (data, masked) => {
    expect(usual.redaction(caller(), 'hr', data).text(TEXT)).toBe(masked)
  })
})

describe('tiers', () => {
  const protection = readProtection(
    `
version: 1
tiers:
  - { tier: none, roles: [auditor], servers: [hr] }
  - { tier: full, scopes: [kiosk], tenants: [acme] }
default: partial
classes:
  internal: { partial: [email], full: [email, iban] }
`,
    'protection.yaml',
  )

  test.each([
    [
      'nobody in particular',
      caller(),
      'hr',
      '************1111 password=[redacted] DE89370400440532013000 a_redacted@example.com',
    ],
    [
      'an auditor at hr',
      caller({ roles: new Set(['auditor']) }),
      'hr',
      '************1111 password=[redacted] DE89370400440532013000 ada@example.com',
    ],
    [
      'an auditor elsewhere',
      caller({ roles: new Set(['auditor']) }),
      'orders',
      '************1111 password=[redacted] DE89370400440532013000 a_redacted@example.com',
    ],
    [
      'a kiosk',
      caller({ scopes: new Set(['kiosk']) }),
      'hr',
      '**************** password=[redacted] ********************** redacted@redacted.invalid',
    ],
    [
      'a kiosk of others',
      caller({ scopes: new Set(['kiosk']), tenant: 'globex' }),
      'hr',
      '************1111 password=[redacted] DE89370400440532013000 a_redacted@example.com',
    ],
  ])('%s sees what theirs shows', (_, who, server, masked) => {
    expect(protection.redaction(who, server, 'internal').text(TEXT)).toBe(masked)
  })
})

test('a file may say that nothing is always masked', () => {
  const open = readProtection('{"version":1,"always":[],"default":"none"}', 'protection.json')
  expect(open.redaction(caller(), 'hr', 'confidential').text(TEXT)).toBe(TEXT)
})

test.each([
  ['no version', 'default: none', 'line 1: version must be 1'],
  ['an unknown key', 'version: 1\nmask: all', 'line 1: it has the unknown key mask'],
  ['an unknown detector', 'version: 1\nalways: [cards]', 'line 2: always.0 must be one of card, nationalId'],
  ['a tier for nobody', 'version: 1\ntiers:\n  - { tier: none }', 'line 3: tiers.0 must say of whom'],
  [
    'rules for what never leaves',
    'version: 1\nclasses:\n  restricted: {}',
    'line 3: classes has the unknown key restricted',
  ],
  ['what is no YAML', 'version: [', 'it is not YAML'],
])('refuses %s, and says where', (_, text, words) => {
  expect(() => readProtection(text, 'protection.yaml')).toThrow(words)
})

test('of several classes the strictest counts, and words that are none do not', () => {
  expect(strictest('internal', 'restricted', undefined)).toBe('restricted')
  expect(strictest('secret', 7)).toBeUndefined()
})
