import { toString as textOf } from 'mdast-util-to-string'
import { describe, expect, test } from 'vitest'
import { parseMarkdown } from '../../src/reading/markdown.ts'
import { plainText } from '../../src/reading/plain-text.ts'
import { randomMarkdown } from './random-markdown.ts'
import { read } from './read.ts'

describe('plain text', () => {
  test.each([
    ['## Sick *leave* and **pay**', 'Sick leave and pay'],
    [
      '[a link](https://acme.test/a_(b) "t"), <https://acme.test/c_d>, <hr@acme.test>',
      'a link, https://acme.test/c_d, hr@acme.test',
    ],
    ['[nested [brackets]](x) and [none]', 'nested [brackets] and [none]'],
    ['![a picture](x.png)', 'a picture'],
    ['- one\n- [x] two\n  1. three', 'one\ntwo\nthree'],
    ['> quoted\n> > twice', 'quoted\ntwice'],
    ['| a | b \\| c |\n| - | :-: |\n| `d` | |', 'a\tb | c\nd'],
    ['```js\nif (a * b) **c**\n```\nafter', 'if (a * b) **c**\nafter'],
    ['code `a * b` and ``c ` d``', 'code a * b and c ` d'],
    ['snake\\_case, other_case, 2 * 3, 2\\*3, ~~gone~~, ~1', 'snake_case, other_case, 2 * 3, 2*3, gone, ~1'],
    ['a line\\\nbreak &#x20;and R\\&D, R&D', 'a line\nbreak  and R&D, R&D'],
    ['a note[^1]\n\n[^1]: The note.', 'a note\nThe note.'],
    ['***\n\n---', ''],
    ['\\<b>', '<b>'],
    ['', ''],
  ])('of %j', (markdown, text) => {
    expect(plainText(markdown)).toBe(text)
  })

  test('has the words that a Markdown parser finds', async () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const { markdown } = await read(randomMarkdown(seed), 'a.md')
      const parsed = parseMarkdown(markdown).children.map(leaves).join(' ')
      expect(wordsOf(plainText(markdown)), `seed ${seed}`).toEqual(wordsOf(parsed))
    }
  })

  test('of text that looks like syntax all the way is found in one go', () => {
    for (const piece of [
      '[',
      '![',
      '`',
      '*_',
      '[a](',
      '<a:',
      '&#',
      '\\',
      '[^',
      '`a``',
      '](',
      '~',
      '| ',
      '> ',
      '- ',
    ])
      expect(plainText(piece.repeat(100_000)).length).toBeLessThanOrEqual(piece.length * 100_000)
  })
})

type Node = ReturnType<typeof parseMarkdown>['children'][number]

function leaves(node: Node): string {
  const isBlock =
    'children' in node && node.type !== 'paragraph' && node.type !== 'heading' && node.type !== 'tableCell'
  return isBlock ? node.children.map(leaves).join('\n') : textOf(node)
}

const wordsOf = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? []
