import {
  type Caller,
  readProtection,
  redactResult,
  redactSteps,
  scan,
  usualProtection,
} from '@atoll/protection'
import Table from 'cli-table3'

const ROUNDS = 9

const CALLER: Caller = {
  ...{ tenant: 'acme', clientId: 'bench', issuer: 'https://id.test' },
  ...{ roles: new Set(['employee']), scopes: new Set(['orders:read']) },
}

/** Nothing is masked only partly here: every detector looks. */
const EVERYTHING = readProtection('{"version":1,"default":"full"}', 'bench')
const USUAL = usualProtection()

/** Answers of some sizes, as servers of the kit send them: structured, and the same as text. */
const ANSWERS: readonly (readonly [string, () => Record<string, unknown>])[] = [
  ['echo', () => answer({ text: 'hello' })],
  ['one order', () => answer({ order: order(1) })],
  ['20 orders', () => answer({ orders: Array.from({ length: 20 }, (_, at) => order(at)) })],
  ['500 orders', () => answer({ orders: Array.from({ length: 500 }, (_, at) => order(at)) })],
  ['a page of prose', () => ({ content: [{ type: 'text', text: PROSE }] })],
  ['20 people, all masked', () => answer({ people: Array.from({ length: 20 }, (_, at) => person(at)) })],
]

/** Microseconds per call and per kB, beside what it takes to write the same answer as JSON. */
export function benchCost(): void {
  const table = new Table({
    head: ['one answer, microseconds', 'kB', 'usual rules', 'all detectors', 'per kB', 'x JSON.stringify'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const [label, make] of ANSWERS) {
    const kilobytes = JSON.stringify(make()).length / 1024
    const runs = Math.ceil(8_000 / Math.max(1, kilobytes))
    const usual = timeOf(runs, make, (result) =>
      redactResult(result, USUAL.redaction(CALLER, 'orders', 'confidential')),
    )
    const all = timeOf(runs, make, (result) =>
      redactResult(result, EVERYTHING.redaction(CALLER, 'orders', 'confidential')),
    )
    const json = timeOf(runs, make, (result) => JSON.stringify(result))
    const cells = [usual, all, all / kilobytes, all / json].map((value) => value.toFixed(value < 10 ? 2 : 0))
    table.push([label, kilobytes.toFixed(1), ...cells])
  }
  process.stdout.write(`${table.toString()}\n  The goal is less than 10 us for the echo.\n`)
  process.stdout.write(
    `  The worst of ${WORST.length} texts made to take long: ${worst().toFixed(0)} us per kB.\n`,
  )
}

const LARGE = 10 * 1024 * 1024
const HOSTILE = [
  'Paid in full. ',
  '4111 1111 1111 1111 ',
  '1.2-3 4/',
  'a@b.cc ',
  '\u{e0041}',
  'a\u200b',
  'eyJ',
]

/** An answer of 10 MB: how long all of it takes, and for how long nobody else has their turn, in milliseconds. */
export function benchLarge(): void {
  const table = new Table({
    head: ['10 MB of', 'all, ms', 'pieces', '99 of 100 pieces, ms', 'longest, ms'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const part of HOSTILE) {
    const text = JSON.parse(JSON.stringify(part.repeat(Math.ceil(LARGE / part.length))))
    const steps = redactSteps(
      { content: [{ type: 'text', text }] },
      EVERYTHING.redaction(CALLER, 'x', undefined),
    )
    const times: number[] = []
    for (let isDone = false; !isDone; ) {
      const start = performance.now()
      isDone = steps.next().done === true
      times.push(performance.now() - start)
    }
    const sum = times.reduce((all, time) => all + time, 0)
    times.sort((a, b) => a - b)
    const most = times[Math.floor(times.length * 0.99)] ?? Number.NaN
    table.push([
      JSON.stringify(part),
      ...[sum.toFixed(0), String(times.length), most.toFixed(1), (times.at(-1) ?? Number.NaN).toFixed(1)],
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
}

/** What makes careless patterns go back and forth. */
const WORST = [
  '1 ',
  '4111 ',
  '4111-1111-',
  '0 00 ',
  '2 69 05 49 588 157 ',
  'a@',
  'a@b.',
  'eyJ',
  'sk-',
  'DE89 ',
  'password=',
  '://a:a@',
]

function worst(): number {
  const plan = Object.fromEntries(
    ['card', 'nationalId', 'iban', 'email', 'phone', 'secret'].map((each) => [each, 'full']),
  )
  const times = WORST.map((part) => {
    const text = part.repeat(Math.ceil((64 * 1024) / part.length))
    return (
      timeOf(
        3,
        () => text,
        (given) => scan(given, plan as Parameters<typeof scan>[1]),
      ) / 64
    )
  })
  return Math.max(...times)
}

/** Microseconds of one run: the median of some rounds; answers are made before, because they are changed. */
function timeOf<Given>(runs: number, make: () => Given, run: (given: Given) => unknown): number {
  const times = Array.from({ length: ROUNDS + 3 }, () => {
    const given = Array.from({ length: runs }, make)
    const start = performance.now()
    for (const each of given) run(each)
    return ((performance.now() - start) / runs) * 1000
  })
  return times.slice(3).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
}

function answer(structuredContent: Record<string, unknown>): Record<string, unknown> {
  return {
    content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
    structuredContent: structuredClone(structuredContent),
  }
}

function order(at: number) {
  return {
    id: `ORD-${10_248 + at}`,
    status: 'shipped',
    placedAt: '2026-07-04T10:30:00.000Z',
    customer: 'Blauer See Delikatessen',
    total: { amount: 440.5 + at, currency: 'EUR' },
    lines: [
      { product: 'Queso Cabrales', quantity: 12, price: 14, sku: `4006381${333_931 + at}` },
      { product: 'Mozzarella di Giovanni', quantity: 5, price: 34.8, sku: `4006381${444_931 + at}` },
    ],
  }
}

function person(at: number) {
  return {
    name: 'Ada Lovelace',
    email: `ada.${at}@example.com`,
    phone: '+49 30 1234567',
    card: '4111 1111 1111 1111',
    iban: 'DE89 3704 0044 0532 0130 00',
    note: 'Call before noon; the token is ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  }
}

const PROSE = Array(40)
  .fill(
    'Vacation is thirty days a year. Ask your manager two weeks before, and enter it by the first of the month; what is left in March is lost.',
  )
  .join('\n')
