import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NORTHWIND_SQL, northwindRows } from '@atoll/testing'
import { describe, expect, test } from 'vitest'
import { type Detector, hiddenIn, instructionsIn, Redaction, scan } from '../src/index.ts'
import { plan } from './support/plan.ts'

const everything = plan('full')

/** What is found in each value as a field of its table: `detector table.column`, counted. */
function foundInFields(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [table, rows] of northwindRows())
    for (const row of rows)
      for (const [column, value] of Object.entries(row)) {
        const redaction = new Redaction({ plan: everything, strip: [] })
        redaction.value({ [column]: value })
        for (const detector of Object.keys(redaction.tally.redactions)) {
          const key = `${detector} ${table}.${column}`
          counts[key] = (counts[key] ?? 0) + 1
        }
      }
  return counts
}

describe.skipIf(!existsSync(NORTHWIND_SQL))(
  'Northwind (skipped where ../shared/data/northwind is absent)',
  () => {
    test('has phone numbers in the fields that hold them, all of them, and nothing else in any', () => {
      expect(foundInFields()).toEqual({
        'phone customers.phone': 91,
        'phone customers.fax': 69,
        'phone employees.home_phone': 9,
        'phone shippers.phone': 6,
        'phone suppliers.phone': 29,
        'phone suppliers.fax': 13,
      })
    })

    test('has nothing but phone numbers in its values without the names of their fields', () => {
      const isPhone = (column: string) => /phone|fax/.test(column)
      const counts = { found: 0, phones: 0 }
      for (const rows of northwindRows().values())
        for (const row of rows)
          for (const [column, value] of Object.entries(row)) {
            const findings = scan(String(value), everything) ?? []
            if (isPhone(column) && value !== null) {
              counts.phones++
              counts.found += findings.length
            } else expect([column, value, findings]).toEqual([column, value, []])
          }
      // As written, without a country or a word before: what is unlike a number of other things.
      expect(counts.found / counts.phones).toBeGreaterThan(0.5)
    })
  },
)

const HANDBOOK = fileURLToPath(new URL('../../../../shared/data/handbook', import.meta.url))

describe.skipIf(!existsSync(HANDBOOK))(
  'a real handbook (skipped where ../shared/data/handbook is absent)',
  () => {
    const pages = globSync('**/*.md', { cwd: HANDBOOK }).map((page) =>
      readFileSync(`${HANDBOOK}/${page}`, 'utf8'),
    )

    test('has addresses and nothing else', () => {
      const found = pages.flatMap((text) =>
        (scan(text, everything) ?? []).map(({ detector, start, end }): [Detector, string] => [
          detector,
          text.slice(start, end),
        ]),
      )
      expect(found.map(([detector]) => detector)).toEqual(Array(found.length).fill('email'))
      for (const [, address] of found) expect(address).toMatch(/@getclef\.com$/)
      expect(found.length).toBeGreaterThan(0)
    })

    test('hides nothing and instructs no model', () => {
      for (const page of pages) expect([hiddenIn(page), instructionsIn(page)]).toEqual([undefined, 0])
    })
  },
)
