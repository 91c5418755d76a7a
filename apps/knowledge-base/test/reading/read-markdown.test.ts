import { describe, expect, test } from 'vitest'
import { read, refusal } from './read.ts'

describe('the title of a Markdown file', () => {
  test('is that of the front matter, else its first large heading, else its name', async () => {
    expect((await read('---\ntitle: Leave\n---\n# Other\n', 'a.md')).title).toBe('Leave')
    expect((await read('Some text.\n\n# Parental *leave*\n', 'a.md')).title).toBe('Parental leave')
    expect((await read('## Not large\n', 'policies/parental-leave_2024.md')).title).toBe(
      'Parental leave 2024',
    )
    expect((await read('', 'policies/At-Will Employment.markdown')).title).toBe('At-Will Employment')
    expect((await read('', '_.md')).title).toBe('Untitled')
  })
})

describe('Markdown', () => {
  test('keeps headings, lists, tables, quotes and code', async () => {
    const text =
      '# T\n\n- a\n- [x] b\n\n1. one\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n> quoted\n\n```sh\nls *\n```\n'
    expect((await read(text, 'a.md')).markdown).toBe(text.trim())
  })

  test('says nothing when there is nothing', async () => {
    expect((await read('', 'a.md')).markdown).toBe('')
    expect((await read(' \n\n<!-- a note -->\n', 'a.md')).markdown).toBe('')
  })

  test('writes references out where they are used', async () => {
    const { markdown } = await read(
      'See [the rules][r] and [r].\n\n[r]: https://acme.test/rules "Rules"\n',
      'a.md',
    )
    expect(markdown).toBe('See [the rules](https://acme.test/rules) and [r](https://acme.test/rules).')
  })

  test('keeps links to the web, to mail and to other pages, and the text of all others', async () => {
    const { markdown } = await read(
      [
        '[a](https://acme.test) [b](mailto:hr@acme.test) [c](../leave.md#top) <https://acme.test/d>',
        '[e](javascript:alert(1)) [f](JaVaScRiPt:alert) [g](data:text/html,x) [h](java&#10;script:x) [i](file:///etc)',
        '[j]( vbscript:x )',
      ].join('\n'),
      'a.md',
    )
    expect(markdown).toBe(
      [
        '[a](https://acme.test) [b](mailto:hr@acme.test) [c](../leave.md#top) [https://acme.test/d](https://acme.test/d)',
        'e f g h i',
        'j',
      ].join('\n'),
    )
  })

  test('says what an image shows instead of loading it', async () => {
    expect((await read('A ![map of the office](https://acme.test/x.png) here', 'a.md')).markdown).toBe(
      'A map of the office here',
    )
  })

  test('treats raw HTML as an HTML page', async () => {
    const { markdown } = await read(
      [
        '# Title',
        'Before <b onclick="x()">bold</b> <script>alert(1)</script><a href="javascript:x">link</a>.',
        '<div hidden>',
        'A secret in *Markdown*.',
        '</div>',
        '<table><tr><td>a</td><td>b</td></tr></table>',
        '<img src=x onerror=alert(1)>',
        '```js\nif (a < b) "kept"\n```',
      ].join('\n\n'),
      'a.md',
    )
    expect(markdown).toContain('Before **bold** link.')
    expect(markdown).toContain('| a | b |')
    expect(markdown).toContain('```js\nif (a < b) "kept"\n```')
    expect(markdown).not.toMatch(/secret|script|alert|onerror|<div/)
  })

  test('cannot be made to write HTML by escapes', async () => {
    const { markdown } = await read('\\<script>alert(1)\\</script> &lt;img src=x onerror=y&gt;', 'a.md')
    expect(await read(markdown, 'a.md')).toMatchObject({ markdown })
    expect(markdown).toContain('\\<script>')
  })

  test('loses characters that nobody sees, written out or as entities', async () => {
    const { markdown } = await read(
      'pay\u200Broll \u202Egnp.exe\u202C a&#8203;b &zwnj;c soft\u00ADhyphen \u{E0041}\u{E0042}tag bell\u0007 kept\ttab',
      'a.md',
    )
    expect(markdown).toBe('payroll gnp.exe ab c softhyphen tag bell kept\ttab')
  })

  test('is the same when it is read again', async () => {
    const text =
      'a_b * c ~~x~~ `d` \\[e] # f & g\n\n+ h\n\n10. i\n\n- - j\n\n    code\n\n***\n\n[^1]\n\n[^1]: Note.\n'
    const { markdown } = await read(text, 'a.md')
    expect((await read(markdown, 'a.md')).markdown).toBe(markdown)
  })

  test('nested deeper than any writing is refused', async () => {
    expect(await refusal(`${'> '.repeat(10_000)}x`, 'a.md')).toContain('nested too deeply')
  })
})
