import { describe, expect, test } from 'vitest'
import { type Detector, scan } from '../src/index.ts'
import { plan } from './support/plan.ts'

const everything = plan('full')

/** Each finding as its detector and the text it is about. */
function found(text: string) {
  return (scan(text, everything) ?? []).map(({ detector, start, end }) => [detector, text.slice(start, end)])
}

const KNOWN: Readonly<Record<Detector, readonly string[]>> = {
  card: [
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '4111.1111.1111.1111',
    '4111\u00a01111\u00a01111\u00a01111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '3782 822463 10005',
    '30569309025904',
    '3056 930902 5904',
    '6011111111111117',
    '3530111333300000',
    '6200000000000005',
    '2200000000000004',
    '6759649826438453',
  ],
  nationalId: [
    '078-05-1120',
    'AB123456C',
    'AB 12 34 56 C',
    'ab123456d',
    '86095742719',
    '86 095 742 719',
    '65929970489',
    '65170839J003',
    '65 170839 J 003',
    '15070649C103',
    '269054958815780',
    '2 69 05 49 588 157 80',
    '255081416802538',
    '1 85 05 2A 588 157 59',
  ],
  iban: [
    'DE89370400440532013000',
    'DE89 3704 0044 0532 0130 00',
    'GB82 WEST 1234 5698 7654 32',
    'FR1420041010050500013M02606',
    'NO9386011117947',
    'nl91abna0417164300',
  ],
  email: [
    'ada@example.com',
    'ada.lovelace+news@mail.example.co.uk',
    "o'brien@example.ie",
    'jürgen@müller.de',
    'a@b.museum',
  ],
  phone: [
    '+49 30 1234567',
    '+1 (503) 555-0100',
    '+4915112345678',
    '0049 30 1234567',
    '(503) 555-9831',
    '503-555-0100',
    '1.503.555.0100',
    '(02) 201 24 67',
    '(5) 555-4729',
    '01.23.45.67.89',
    '030 12345678',
    '0621/084601',
    '+49 (0) 30 123456',
  ],
  secret: [
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz0123456789',
    'xoxb-123456789012-1234567890123-AbCdEfGhIjKl',
    'sk-proj-abcdefghijklmnopqrstuvwx',
    'sk-ant-api03-abcdefghijklmnopqrstuvwx',
    'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    'glpat-abcdefghijklmnopqrst',
    'AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ==\n-----END PRIVATE KEY-----',
    '-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXk=\\n-----END OPENSSH PRIVATE KEY-----',
  ],
}

const cases = Object.entries(KNOWN).flatMap(([detector, values]) => values.map((value) => [detector, value]))

describe.each(cases)('%s %s', (detector, value) => {
  test.each([
    ['alone', (text: string) => text],
    ['in a sentence', (text: string) => `It is ${text}, they said.`],
    ['at the end of a sentence', (text: string) => `It is ${text}.`],
    ['in brackets', (text: string) => `(${text})`],
    ['in JSON that is text', (text: string) => JSON.stringify({ note: `one\n${text}\ttwo` })],
    ['twice', (text: string) => `${text}; ${text}`],
  ])('is found %s', (_, around) => {
    const text = around(value as string)
    const findings = found(text)
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) {
      // In JSON a line break within a value is an escape.
      const [kind, part = ''] = finding
      expect(kind).toBe(detector)
      expect(part.replaceAll('\\\\n', '\\n').replaceAll('\\n', '\n')).toBe(value?.replaceAll('\\n', '\n'))
    }
  })
})

test.each([
  ['DB_PASSWORD=hunter2', 'hunter2'],
  ['password: hunter2!', 'hunter2!'],
  ['"apiKey": "correct-horse"', 'correct-horse'],
  [String.raw`{\"client_secret\":\"correct\"}`, 'correct'],
  ["api-key = 'battery'", 'battery'],
  ['Authorization: Bearer 0123456789abcdef', '0123456789abcdef'],
  ['postgres://app:hunter2@db.example.com:5432/x', 'hunter2'],
])('the secret in %s is found, and nothing else', (text, secret) => {
  expect(found(text)).toEqual([['secret', secret]])
})

test.each([
  ['social security number 078051120', '078051120'],
  ['SSN: 078 05 1120', '078 05 1120'],
  ['Tel. 2967 542', '2967 542'],
  ['"fax":"030-0076545"', '030-0076545'],
])('in %s the word before says what it is', (text, value) => {
  expect(found(text).map(([, part]) => part)).toEqual([value])
})

test.each([
  ['a number that only looks like a card', '4111111111111112'],
  ['a barcode', '4006381333931'],
  ['a fraction', '0.4111111111111111'],
  ['a fraction with the right digits', '4111111111111111.5'],
  ['a timestamp', '1700000000000'],
  ['a longer number', '41111111111111111111111'],
  ['a part of a UUID', '4111-1111-1111-1111-1111'.padStart(30, 'a')],
  ['a UUID', '123e4567-e89b-12d3-a456-426614174000'],
  ['an id with a wrong check digit', '86095742718'],
  ['an id with too many digits alike', '11111111111'],
  ['an SSN that nobody has', '666-05-1120, 900-05-1120, 178-00-1120, 178-05-0000'],
  ['nine digits', '078051120'],
  ['a NINO that nobody has', 'GB123456C'],
  ['a day of birth that is none', '65410839J003'],
  ['an IBAN with a wrong check digit', 'DE88370400440532013000'],
  ['an IBAN that is too short', 'DE8937040044053201300'],
  ['a date and a time', '2026-11-21 10:30:00, 21.11.2026 10:30, 02.11.2026 1030 0'],
  ['a range of years', '1995-1998'],
  ['a version', '10.20.30.40'],
  ['money', '1 234 567.89'],
  ['a decimal', '212.555'],
  ['an ISBN', '0-7475-3269-9'],
  ['a small number in brackets', '(1) 2020 2021'],
  ['a package', '@scope/name@1.2.3'],
  ['a picture', 'logo@2x.png'],
  ['a repository', 'git@github.com:atoll/atoll.git'],
  ['somebody by a name', '@ada, ada@home'],
  ['prose about passwords', 'Your password: choose one. Password = <password>, password: $' + '{PASSWORD}'],
  ['no password', '{"password":null,"has_password":true}'],
  ['a cursor', 'eyJvZmZzZXQiOjEwMDB9.c2lnbmF0dXJl'],
  ['a slug', 'sk-learn-pipeline, risk-based-approach-to-everything-we-do'],
])('%s is nothing', (_, text) => {
  expect(found(text)).toEqual([])
})

test('what stands side by side is told apart', () => {
  const text = 'Ada <ada@example.com>, +49 30 1234567, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00'
  expect(found(text)).toEqual([
    ['email', 'ada@example.com'],
    ['phone', '+49 30 1234567'],
    ['card', '4111 1111 1111 1111'],
    ['iban', 'DE89 3704 0044 0532 0130 00'],
  ])
})

test('a plan looks for what it names alone', () => {
  const text = 'ada@example.com 4111111111111111'
  expect(scan(text, plan('full', ['email']))).toEqual([{ detector: 'email', start: 0, end: 15 }])
  expect(scan(text, plan('none'))).toBeUndefined()
})

/** Texts that make careless patterns go back and forth. */
const ADVERSARIAL: readonly string[] = [
  '1 ',
  '4111 ',
  '4111-1111-',
  '41111111111111111111',
  '86095742719 ',
  '2 69 05 49 588 157 ',
  '(1) 1 ',
  '+1 ',
  '0 00 ',
  'a@',
  '@',
  'a@b.',
  'a.',
  "a'@",
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@a.a.a.a.a.a.',
  'DE89 ',
  'DE11',
  'ab12',
  'eyJ',
  'eyJaaaaaaaa.',
  'eyJaaaaaaaa.eyJaaaaaaaa.',
  '-----BEGIN PRIVATE KEY-----',
  'sk-',
  'sk-proj-',
  'xoxb-',
  'ghp_',
  'AKIA',
  'password=',
  'password:password:',
  'authorization: bearer ',
  '":"',
  '\\"',
  '://a:',
  '://a:a@',
  '\\u0031',
]

test.each(ADVERSARIAL)('takes no more than bounded work for each character of %j again and again', (part) => {
  // Twice the text may take twice the time; what takes four times as much would not end here within the test's patience.
  const text = part.repeat(Math.ceil(200_000 / part.length))
  const findings = scan(text, everything) ?? []
  for (const { start, end } of findings) expect(end).toBeGreaterThan(start)
})

test('a part of a token of megabytes is gone through', () => {
  const long = 'eyJ'.repeat(4_000_000)
  expect(scan(long, everything)).toBeUndefined()
  expect(found(`${long}.${long}.${long}`)).toEqual([['secret', `${long}.${long}.${long}`]])
})
