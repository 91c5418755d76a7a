import { describe, expect, test } from 'vitest'
import { plainText } from '../../src/reading/plain-text.ts'
import { read, refusal } from './read.ts'

describe('a text file', () => {
  test('keeps its paragraphs and lines, and nothing in it is Markdown', async () => {
    const { markdown } = await read(
      '# no heading\n* no *item*\n\n\n   <b>no tag</b>  \n1. no item',
      'notes.txt',
    )
    expect(plainText(markdown)).toBe('# no heading\n* no *item*\n<b>no tag</b>\n1. no item')
    expect(await read(markdown, 'a.md')).toMatchObject({ markdown })
  })

  test.each([
    ['UTF-8', Buffer.from('Grüße')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFGrüße')],
    ['UTF-16, little end first', Buffer.from('\uFEFFGrüße', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\uFEFFGrüße', 'utf16le').swap16()],
  ])('may be %s', async (_, bytes) => {
    expect((await read(bytes, 'a.txt')).markdown).toBe('Grüße')
  })

  test.each([
    ['Latin 1', Buffer.from('Grüße', 'latin1'), 'It is not UTF-8 text. Save it as UTF-8.'],
    ['UTF-16 without a mark', Buffer.from('Gru', 'utf16le'), 'It is binary data'],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), 'It is not UTF-16LE text'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), 'It is binary data'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), 'It is not UTF-8'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'It is called text, but is a PDF file. Give it the ending .pdf.'],
  ])('that is %s is refused', async (_, bytes, reason) => {
    expect(await refusal(bytes, 'a.txt')).toContain(reason)
  })

  test('that is too long for one document is refused', async () => {
    expect(await refusal('word '.repeat(700_000), 'a.txt')).toContain('more than 3 million characters')
  })

  test('of an unknown kind is refused, naming the kinds', async () => {
    expect(await refusal('x', 'a.exe')).toBe(
      'Its kind is not known. Give it one of the endings md, markdown, html, htm, txt, pdf, docx.',
    )
    expect(await refusal('x', 'constructor')).toContain('Its kind is not known')
  })
})
