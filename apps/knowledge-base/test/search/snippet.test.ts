import { withOwner } from '@atoll/database'
import { sql } from 'kysely'
import { expect, inject, test } from 'vitest'
import { snippet, sought } from '../../src/search/snippet.ts'

const seeking = (...lexemes: string[]) => sought(lexemes)
const filler = (count: number, word = 'word') => Array.from({ length: count }, () => word).join(' ')

test('marks every form of the words that are sought, and nothing else', () => {
  const text = 'Employees are paid. Paying an employee, or the payment of employers, is not payroll.'
  expect(snippet(text, seeking('employe', 'pay'))).toBe(
    '**Employees** are paid. **Paying** an **employee**, or the payment of employers, is not payroll.',
  )
})

test('quotes a short text whole, with its lines', () => {
  expect(snippet('  - one\n- two, the second  \n', seeking('two'))).toBe('- one\n- **two**, the second')
})

test('quotes where most of the sought words are, from a few words before', () => {
  const text = `${filler(100)} bicycle ${filler(100)} The rent of a bicycle is paid by us. ${filler(100)}`
  const said = snippet(text, seeking('rent', 'bicycl', 'paid'))
  expect(said).toContain('The **rent** of a **bicycle** is **paid** by us.')
  expect(said).not.toMatch(/^\*\*/)
  expect(said.split(/\s+/).length).toBeLessThanOrEqual(61)
})

test('quotes the first of places that are as good', () => {
  const text = `first parking lot. ${filler(200)} second parking lot.`
  expect(snippet(text, seeking('park', 'lot'))).toMatch(/^first \*\*parking\*\* \*\*lot\*\*\. word/)
})

test('keeps the end of a text whose last words are sought', () => {
  expect(snippet(`${filler(200)} gate closes!`, seeking('gate'))).toMatch(/\*\*gate\*\* closes!$/)
})

test('quotes the beginning of a text that only means what is sought', () => {
  expect(snippet(`Start. ${filler(200)}`, seeking('nothing'))).toBe(`Start. ${filler(59)}`)
  expect(snippet(`Start. ${filler(200)}`, seeking())).toBe(`Start. ${filler(59)}`)
})

test('finds what is sought far down in a text that is longer than all before', () => {
  const text = `${filler(3000)} here is what was sought ${filler(3000)}`
  expect(snippet(text, seeking('sought'))).toContain(`here is what was **sought** ${filler(51)}`)
  expect(snippet('one two', seeking('two'))).toBe('one **two**')
})

test.each(['', '   ', '***', '?!'])('leaves %j as it is', (text) => {
  expect(snippet(text, seeking('word'))).toBe(text.trim())
})

test('reduces words to what PostgreSQL has in its index', async () => {
  const { ownerUrl } = inject('sharedDatabase')
  const { rows } = await withOwner(
    ownerUrl,
    (trx) =>
      sql<{ plain: string; lexemes: string[] }>`
        select plain, tsvector_to_array(to_tsvector('english', plain)) as lexemes from passages`.execute(trx),
    { tenant: 'acme' },
  )
  expect(rows.length).toBeGreaterThan(20)
  for (const { plain, lexemes } of rows) {
    for (const lexeme of lexemes.filter((one) => /^[a-z]+$/.test(one))) {
      expect(snippet(plain, seeking(lexeme)), `${lexeme} in ${plain}`).toContain('**')
    }
  }
})
