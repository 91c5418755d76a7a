import { readFileSync } from 'node:fs'
import { NORTHWIND_SQL } from './northwind.ts'

export type NorthwindRow = Readonly<Record<string, string | number | null>>

/** Every row of the dump by table, with the names of its columns. Pictures are left out. */
export function northwindRows(): ReadonlyMap<string, readonly NorthwindRow[]> {
  const sql = readFileSync(NORTHWIND_SQL, 'utf8')
  const columns = new Map<string, readonly string[]>()
  for (const [, table = '', body = ''] of sql.matchAll(/^CREATE TABLE (\w+) \(\n([\s\S]*?)\n\);/gm)) {
    columns.set(
      table,
      body.split('\n').map((line) => line.trim().split(' ')[0] ?? ''),
    )
  }
  const rows = new Map<string, NorthwindRow[]>()
  for (const [, table = '', values = ''] of sql.matchAll(/^INSERT INTO (\w+) VALUES \((.*)\);$/gm)) {
    const names = columns.get(table) ?? []
    const cells = readValues(values).map((value, at) => [names[at] ?? '', value] as const)
    const row = Object.fromEntries(cells.filter(([, value]) => value !== '\\x'))
    rows.set(table, [...(rows.get(table) ?? []), row])
  }
  return rows
}

/** Values of SQL: texts in single quotes, doubled within, numbers and NULL. */
function readValues(list: string): (string | number | null)[] {
  return Array.from(list.matchAll(/'((?:[^']|'')*)'|NULL|(-?[\d.]+(?:e-?\d+)?)/gi), ([, text, number]) => {
    if (text !== undefined) return text.replaceAll("''", "'")
    return number === undefined ? null : Number(number)
  })
}
