import { existsSync, globSync, readFileSync } from 'node:fs'
import { server as analytics } from '@atoll/analytics/src/server.ts'
import { server as hr } from '@atoll/hr/src/server.ts'
import { server as knowledgeBase } from '@atoll/knowledge-base/src/server.ts'
import { server as orders } from '@atoll/orders/src/server.ts'
import {
  DETECTORS,
  type Detector,
  hiddenIn,
  instructionsIn,
  type Plan,
  Redaction,
  scan,
  suspicionsOf,
} from '@atoll/protection'
import { NORTHWIND_SQL, northwindRows } from '@atoll/testing'
import Table from 'cli-table3'
import { OWN_DIRECTORY } from '../search-quality/options.ts'

const EVERYTHING = Object.fromEntries(DETECTORS.map((each) => [each, 'full'])) as Record<
  Detector,
  'full'
> satisfies Plan

/** Columns of Northwind that hold a person's or a company's phone number: all others hold none. */
const PHONES = /phone|fax/

interface Count {
  found: number
  wrong: number
}

/** What is found where it is not. Skipped, saying so, where the data is absent. */
export function benchFalsePositives(): void {
  if (!existsSync(NORTHWIND_SQL) || !existsSync(OWN_DIRECTORY)) {
    process.stdout.write('  False positives: skipped, because ../shared/data is absent.\n')
    return
  }
  const [fields, values, lines] = northwind()
  const pages = globSync('**/*.md', { cwd: OWN_DIRECTORY }).map((page) =>
    readFileSync(`${OWN_DIRECTORY}/${page}`, 'utf8'),
  )
  const handbook = emptyCounts()
  for (const page of pages)
    for (const { detector } of scan(page, EVERYTHING) ?? []) handbook[detector].found++
  const table = new Table({
    head: [
      'found (of these false)',
      'Northwind, as fields',
      'values alone',
      'rows as JSON text',
      'the handbook',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const detector of DETECTORS)
    table.push([detector, ...[fields, values, lines, handbook].map((counts) => shown(counts[detector]))])
  process.stdout.write(`${table.toString()}\n${explained(values)}`)
  const definitions = [hr, orders, analytics, knowledgeBase].flatMap(({ tools, instructions }) => [
    { instructions },
    ...tools,
  ])
  const suspicious = definitions.filter((each) => suspicionsOf(textsOf(each)).length > 0)
  const flagged = pages.filter((page) => hiddenIn(page) !== undefined || instructionsIn(page) > 0)
  process.stdout.write(
    `  Flagged as hiding something or instructing a model: ${flagged.length} of ${pages.length} pages of the handbook, ` +
      `${suspicious.length} of ${definitions.length} of our own definitions.\n`,
  )
}

/** Each value under its column's name; each alone, as in prose; and whole rows as JSON that is text. */
function northwind(): [Counts, Counts, Counts] {
  const [fields, values, lines] = [emptyCounts(), emptyCounts(), emptyCounts()]
  for (const rows of northwindRows().values())
    for (const row of rows) {
      const phones = Object.entries(row).filter(([column, value]) => PHONES.test(column) && value !== null)
      for (const [column, value] of Object.entries(row)) {
        const isPhone = PHONES.test(column)
        count(fields, redacted({ [column]: value }), isPhone ? 1 : 0)
        count(
          values,
          (scan(String(value), EVERYTHING) ?? []).map(({ detector }) => detector),
          isPhone ? 1 : 0,
        )
      }
      const found = (scan(JSON.stringify(row), EVERYTHING) ?? []).map(({ detector }) => detector)
      count(lines, found, phones.length)
    }
  return [fields, values, lines]
}

function redacted(value: object): Detector[] {
  const redaction = new Redaction({ plan: EVERYTHING, strip: [] })
  redaction.value(value)
  return Object.entries(redaction.tally.redactions).flatMap(([detector, times]) =>
    Array(times).fill(detector),
  )
}

type Counts = Record<Detector, Count>

/** Phone numbers are right as far as there are any; everything else is wrong, because Northwind has none of it. */
function count(counts: Counts, found: readonly Detector[], phones: number): void {
  let left = phones
  for (const detector of found) {
    counts[detector].found++
    if (detector !== 'phone' || left-- <= 0) counts[detector].wrong++
  }
}

function emptyCounts(): Counts {
  return Object.fromEntries(DETECTORS.map((each) => [each, { found: 0, wrong: 0 }])) as Counts
}

function shown({ found, wrong }: Count): string {
  return found === 0 ? '0' : `${found} (${wrong})`
}

function explained({ phone }: Counts): string {
  const rows = [...northwindRows().values()].flat()
  const cells = rows.flatMap((row) => Object.entries(row))
  const phones = cells.filter(([column, value]) => PHONES.test(column) && value !== null).length
  return (
    `  Northwind: ${rows.length} rows, ${cells.length} values, of which ${phones} are phone numbers: those are right where ` +
    'they are found, everything else is false.\n' +
    `  Without a word or a field that calls them so, ${phone.found - phone.wrong} of ${phones} are found.\n` +
    '  The handbook has addresses of people and one placeholder (NAME@…), which is written like one and counts as right.\n'
  )
}

/** What a model is shown of a tool or a server. */
function textsOf(definition: object): object {
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => typeof value === 'string'))
}
