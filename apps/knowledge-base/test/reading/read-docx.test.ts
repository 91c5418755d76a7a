import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { buildDocx, item, paragraph, table } from './build-docx.ts'
import { read, refusal } from './read.ts'

describe('a Word file', () => {
  test('has headings, paragraphs, lists and tables', async () => {
    const { title, markdown } = await read(
      buildDocx(
        [
          paragraph('Expenses', 'Title'),
          paragraph('Travel', 'Heading1'),
          paragraph('Keep &lt;all&gt; receipts.'),
          item('trains'),
          item('taxis'),
          table([
            ['what', 'limit'],
            ['meal', '30'],
          ]),
        ].join(''),
      ),
      'expenses.docx',
    )
    expect(title).toBe('Expenses')
    expect(markdown).toBe(
      [
        '# Expenses',
        '# Travel',
        'Keep \\<all> receipts.',
        '- trains\n- taxis',
        '| what | limit |\n| - | - |\n| meal | 30 |',
      ].join('\n\n'),
    )
  })

  test('loads no image from elsewhere and drops dangerous links', async () => {
    const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    const relationships = [
      `<Relationship Id="i" Type="${type}/image" Target="file:///etc/passwd" TargetMode="External"/>`,
      `<Relationship Id="l" Type="${type}/hyperlink" Target="javascript:alert(1)" TargetMode="External"/>`,
    ].join('')
    const image =
      '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:docPr id="1" name="p" descr="a chart"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:link="i"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    const link = '<w:p><w:hyperlink r:id="l"><w:r><w:t>click</w:t></w:r></w:hyperlink></w:p>'
    expect((await read(buildDocx(image + link, { relationships }), 'a.docx')).markdown).toBe(
      'a chart\n\nclick',
    )
  })

  test('that declares entities is refused', async () => {
    const prolog = '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>'
    expect(await refusal(buildDocx(paragraph('&xxe;'), { prolog }), 'a.docx')).toContain('declares entities')
  })

  test('that unpacks to far more than its size is refused before it is unpacked', async () => {
    const bomb = buildDocx('', { parts: { 'word/document.xml': new Uint8Array(25_000_000) } })
    expect(bomb.length).toBeLessThan(100_000)
    expect(await refusal(bomb, 'a.docx')).toContain('unpacks to more than 20 MB')
  })

  test('that unpacks to more than it says is refused while it is unpacked', async () => {
    const bomb = buildDocx('', { parts: { 'word/document.xml': new Uint8Array(10_000_000) } })
    expect(await refusal(withDeclaredSizes(bomb, 10_000_000, 1_000), 'a.docx')).toContain(
      'It cannot be read as DOCX',
    )
  })

  test('that has too many parts together is refused', async () => {
    const parts = Object.fromEntries(
      Array.from({ length: 5_001 }, (_, index) => [`x${index}`, new Uint8Array(0)]),
    )
    expect(await refusal(buildDocx('', { parts }), 'a.docx')).toContain('more than 5000 parts')
  })

  test('leaves its macros and embedded files alone', async () => {
    const parts = {
      'word/vbaProject.bin': new Uint8Array(1_000),
      'word/embeddings/x.bin': new Uint8Array(30_000_000),
    }
    expect((await read(buildDocx(paragraph('Text'), { parts }), 'a.docx')).markdown).toBe('Text')
  })

  test('that is something else, damaged or empty is refused', async () => {
    expect(await refusal('%PDF-1.7\n', 'a.docx')).toBe(
      'It is called DOCX, but is a PDF file. Give it the ending .pdf.',
    )
    expect(await refusal(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'a.docx')).toContain('password-protected')
    expect(await refusal(zipSync({ 'a.txt': strToU8('x') }), 'a.docx')).toContain('no Word document')
    expect(await refusal(buildDocx(paragraph('x')).subarray(0, 900), 'a.docx')).toContain(
      'It cannot be read as DOCX',
    )
    expect(await refusal(buildDocx('<w:p><w:r>'), 'a.docx')).toContain('It cannot be read as DOCX')
    expect(await refusal('', 'a.docx')).toBe('It is empty, no DOCX file.')
  })

  test('with XML nested beyond reason is refused', async () => {
    expect(
      await refusal(buildDocx(`${'<w:p>'.repeat(50_000)}${'</w:p>'.repeat(50_000)}`), 'a.docx'),
    ).toContain('nested too deeply')
  })
})

/** The package with another size than the true one in its directory and headers. */
function withDeclaredSizes(zip: Uint8Array, from: number, to: number): Uint8Array {
  const copy = Buffer.from(zip)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(from)
  for (let at = copy.indexOf(size); at >= 0; at = copy.indexOf(size, at + 4)) copy.writeUInt32LE(to, at)
  return copy
}
