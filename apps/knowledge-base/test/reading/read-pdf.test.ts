import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildPdf, lines } from './build-pdf.ts'
import { read, refusal } from './read.ts'

const body = async (options: Parameters<typeof buildPdf>[0]) =>
  (await read(buildPdf(options), 'a.pdf')).markdown

describe('a PDF', () => {
  test('has headings where letters are larger, and paragraphs where lines are further apart', async () => {
    const { title, markdown } = await read(
      buildPdf({
        pages: [
          [
            { text: 'Travel policy', size: 24, y: 780 },
            { text: 'Booking', size: 16, y: 740 },
            ...lines(['Book with the agency, which knows our infor-', 'mation and prices.'], { top: 715 }),
            ...lines(['Ask first (in writing).'], { top: 675 }),
            { text: 'Receipts', size: 16, y: 640 },
            { text: '\u0095 Keep them', y: 615 },
            { text: '\u0095 Send them', y: 600 },
          ],
        ],
      }),
      'travel.pdf',
    )
    expect(title).toBe('Travel policy')
    expect(markdown).toBe(
      [
        '# Travel policy',
        '## Booking',
        'Book with the agency, which knows our information and prices.',
        'Ask first (in writing).',
        '## Receipts',
        '- Keep them\n- Send them',
      ].join('\n\n'),
    )
  })

  test('goes on over pages without their running heads and numbers', async () => {
    const page = (number: number, text: string) => [
      { text: 'Acme handbook', y: 810, size: 8 },
      { text, y: 700 },
      { text: `Page ${number} of 3`, y: 30, size: 8 },
    ]
    expect(
      await body({ pages: [page(1, 'A sentence that'), page(2, 'goes on.'), page(3, 'Another.')] }),
    ).toBe('A sentence that goes on.\n\nAnother.')
  })

  test('runs no script and opens no file that it carries', async () => {
    const catalog =
      '/OpenAction 4 0 R /AA << /WC 4 0 R >> /Names << /JavaScript << /Names [(a) 4 0 R] >> /EmbeddedFiles << /Names [(x) 5 0 R] >> >>'
    const objects = [
      '<< /S /JavaScript /JS (globalThis.pwned = true; app.alert\\(1\\)) >>',
      '<< /Type /Filespec /F (x.exe) /EF << /F 6 0 R >> >>',
      '<< /Type /EmbeddedFile /Length 6 >>\nstream\nsecret\nendstream',
    ]
    expect(await body({ pages: [[{ text: 'Harmless', y: 700 }]], catalog, objects })).toBe('Harmless')
    expect(globalThis).not.toHaveProperty('pwned')
  })

  test('cannot write Markdown or HTML', async () => {
    expect(await body({ pages: [[{ text: '<script>x</script> [a](javascript:b) *c*', y: 700 }]] })).toBe(
      '\\<script>x\\</script> \\[a]\\(javascript:b) \\*c\\*',
    )
  })

  test('that needs a password is refused', async () => {
    const key = randomBytes(32).toString('hex')
    const trailer = `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`
    expect(await refusal(buildPdf({ pages: [[{ text: 'x', y: 1 }]], trailer }), 'a.pdf')).toBe(
      'It is encrypted. Save it without a password.',
    )
  })

  test('without text is refused as a scan', async () => {
    expect(await refusal(buildPdf({ pages: [[], []] }), 'a.pdf')).toContain('It has no text, as scans do')
  })

  test('that says it has 100,000 pages is read as far as they are there', async () => {
    expect(await body({ pages: [[{ text: 'Alone', y: 700 }]], claimed: 100_000 })).toBe('Alone')
  })

  test('that has more than 5,000 pages is refused', async () => {
    const pages = Array.from({ length: 5_001 }, () => [])
    expect(await refusal(buildPdf({ pages }), 'a.pdf')).toContain(
      'It says it has 5001 pages; at most 5000 are read',
    )
  })

  test('that is damaged, empty or something else is refused', async () => {
    const whole = buildPdf({ pages: [[{ text: 'x', y: 700 }]] })
    expect(await refusal(whole.subarray(0, 60), 'a.pdf')).toContain('It cannot be read as PDF')
    expect(await refusal('', 'a.pdf')).toBe('It is empty, no PDF file.')
    expect(await refusal('hello', 'a.pdf')).toContain('It cannot be read as PDF')
    expect(await refusal(Buffer.from('PK\x03\x04xxxx'), 'a.pdf')).toContain('is a ZIP or Office file')
  })
})
