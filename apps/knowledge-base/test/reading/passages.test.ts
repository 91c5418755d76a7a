import { describe, expect, test } from 'vitest'
import { passagesOf } from '../../src/reading/passages/passages-of.ts'
import { plainText } from '../../src/reading/plain-text.ts'
import { randomMarkdown } from './random-markdown.ts'
import { read } from './read.ts'

const sentence = 'Every employee may ask for this in writing at any time of the year.'
const prose = (length: number) =>
  `${sentence} `
    .repeat(Math.ceil(length / 68))
    .slice(0, length)
    .trim()

async function passages(markdown: string) {
  return passagesOf(await read(markdown, 'handbook.md'))
}

describe('passages', () => {
  test('follow the headings, and say which they stand under', async () => {
    const text = `# Handbook\n\n${prose(400)}\n\n## Leave\n\n${prose(500)}\n\n### Sick *leave*\n\n${prose(600)}\n\n## Pay\n\n${prose(700)}\n`
    const found = await passages(text)
    expect(found.map(({ position, headings }) => [position, ...headings])).toEqual([
      [0],
      [1, 'Leave'],
      [2, 'Leave', 'Sick leave'],
      [3, 'Pay'],
    ])
    expect(found[2]?.text).toMatch(/^### Sick _leave_\n\nEvery/)
    expect(found.map(({ text }) => text).join('\n\n')).toBe((await read(text, 'a.md')).markdown)
  })

  test('count a large heading that is not the title among the headings', async () => {
    const found = await passages(
      `---\ntitle: Handbook\n---\n# Part one\n\n${prose(300)}\n\n# Part two\n\n${prose(300)}`,
    )
    expect(found.map(({ headings }) => headings)).toEqual([['Part one'], ['Part two']])
  })

  test('of an empty document there are none', async () => {
    expect(await passages('')).toEqual([])
    expect(await passages('\n\n***\n\n- \n')).toEqual([])
  })

  test('of a document that is but a title there is one', async () => {
    expect(await passages('# Alone')).toEqual([{ position: 0, headings: [], text: '# Alone' }])
  })

  test('have a heading without text together with the section below it', async () => {
    const found = await passages(
      `# T\n\n## Benefits\n\n### Health\n\n${prose(500)}\n\n### Food\n\n${prose(500)}`,
    )
    expect(found.map(({ headings }) => headings)).toEqual([
      ['Benefits', 'Health'],
      ['Benefits', 'Food'],
    ])
    expect(found[0]?.text).toMatch(/^# T\n\n## Benefits\n\n### Health\n\nEvery/)
  })

  test('join tiny sections that stand beside each other, but not across their parents', async () => {
    const found = await passages(
      `# T\n\n## A\n\n### A1\n\nOne.\n\n### A2\n\nTwo.\n\n## B\n\n### B1\n\nThree.\n\n### B2\n\n${prose(980)}\n`,
    )
    expect(found.map(({ headings, text }) => [headings, plainText(text).slice(0, 20)])).toEqual([
      [['A'], 'T\nA\nA1\nOne.\nA2\nTwo.'.slice(0, 20)],
      [['B', 'B1'], 'B\nB1\nThree.'],
      [['B', 'B2'], 'B2\nEvery employee ma'],
    ])
  })

  test('of long text are about as long as wanted, and even', async () => {
    const paragraphs = Array.from({ length: 20 }, () => prose(280)).join('\n\n')
    const found = await passages(`## Long\n\n${paragraphs}`)
    expect(found.every(({ headings }) => headings[0] === 'Long')).toBe(true)
    const lengths = found.map(({ text }) => text.length)
    expect(Math.min(...lengths)).toBeGreaterThan(700)
    expect(Math.max(...lengths)).toBeLessThan(1_400)
  })

  test('can be asked to be shorter', async () => {
    const { markdown, title } = await read(prose(3_000), 'a.md')
    const found = passagesOf({ markdown, title }, { target: 200, longest: 300 })
    expect(Math.max(...found.map(({ text }) => text.length))).toBeLessThanOrEqual(300)
    expect(found.length).toBeGreaterThan(10)
  })

  test('divide a long paragraph where sentences end, and not inside a link', async () => {
    const many = Array.from({ length: 17 }, () => sentence).join(' ')
    const link = `[First part. ${sentence} Second part.](https://acme.test/a)`
    const found = await passages(`${many} ${link} ${many}`)
    expect(found.length).toBeGreaterThan(1)
    for (const { text } of found) expect(text).toMatch(/(?:year\.|acme\.test\/a\))$/)
  })

  test('keep rows of tables, list items and lines of code whole', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => `| row ${row} | ${sentence} | end ${row} |`)
    const items = Array.from({ length: 60 }, (_, row) => `- item ${row}. ${sentence}\n  - nested ${row}`)
    const code = Array.from({ length: 60 }, (_, row) => `    call(${row}, "${sentence}")`)
    const table = await passages(['| a | b | c |', '| - | - | - |', ...rows].join('\n'))
    const list = await passages(items.join('\n'))
    const program = await passages(['```js', ...code, '```'].join('\n'))
    expect(Math.min(table.length, list.length, program.length)).toBeGreaterThan(3)
    for (const { text } of table) expect(text).toMatch(/^\| (?:a|row \d+) \|[\s\S]* \| end \d+ \|$/)
    for (const { text } of list) expect(text).toMatch(/^- item \d+\.[\s\S]*\n {2}- nested \d+$/)
    for (const { text } of program) expect(text).toMatch(/^```(?:js)?\n {4}call[\s\S]*\)\n```$/)
  })

  test('of one endless word are still bounded', async () => {
    const found = await passages('😀x'.repeat(3_000))
    expect(Math.max(...found.map(({ text }) => text.length))).toBeLessThanOrEqual(1_600)
    expect(found.map(({ text }) => text).join('')).toBe('😀x'.repeat(3_000))
    expect(found.every(({ text }) => text.isWellFormed())).toBe(true)
  })

  test('hold every word of any document once, in order, and none is too long', async () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const extracted = await read(randomMarkdown(seed), 'a.md')
      const found = passagesOf(extracted)
      const words = found.flatMap(({ text }) => wordsOf(text))
      expect(words, `seed ${seed}`).toEqual(wordsOf(extracted.markdown))
      expect(Math.max(0, ...found.map(({ text }) => text.length)), `seed ${seed}`).toBeLessThanOrEqual(1_608)
      expect(found.map(({ position }) => position)).toEqual(found.keys().toArray())
    }
  })
})

const wordsOf = (markdown: string) => markdown.match(/[\p{L}\p{N}]+/gu) ?? []
