import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)
const NEEDED = Array.from({ length: 25 }, (_, at) => at + 1)

interface Row {
  number: number
  tests: { file: string; title: string }[]
}

function rowsOf(page: string): Row[] {
  return page
    .split(/^## G/m)
    .slice(1)
    .map((part) => ({
      number: Number.parseInt(part, 10),
      tests: [...part.matchAll(/^- `([^`]+)`: (.+)$/gm)].map(([, file = '', title = '']) => ({
        file,
        title,
      })),
    }))
}

test('every requirement of a gateway names tests that are there', () => {
  const rows = rowsOf(readFileSync(new URL('docs/reference/gateway-requirements.md', ROOT), 'utf8'))
  const numbers = rows.map(({ number }) => number)
  expect(numbers).toEqual(NEEDED)
  for (const { number, tests } of rows) {
    expect(tests.length, `G${number}`).toBeGreaterThan(0)
    for (const { file, title } of tests) {
      const path = fileURLToPath(new URL(file, ROOT))
      expect(file, `G${number}`).toMatch(/\.test\.ts$/)
      expect(isNamedIn(readFileSync(path, 'utf8'), title), `G${number}: ${file}: ${title}`).toBe(true)
    }
  }
})

function isNamedIn(code: string, title: string): boolean {
  return [`'${title}'`, `"${title}"`].some((quoted) => code.includes(quoted))
}
