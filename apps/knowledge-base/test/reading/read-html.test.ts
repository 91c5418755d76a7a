import { describe, expect, test } from 'vitest'
import { read, refusal } from './read.ts'

const body = async (html: string) => (await read(html, 'a.html')).markdown

describe('an HTML page', () => {
  test('becomes headings, paragraphs, lists and tables', async () => {
    const { title, markdown } = await read(
      `<!doctype html><html><head><title>Site | Leave</title></head><body>
        <h1>Leave</h1><p>You have <b>25</b> days,<br>and <a href="/more">more</a>.</p>
        <ul><li>one<li>two</ul><ol start=3><li>c</ol>
        <table><tr><th>a<th>b<tr><td>1<td>2|3</table><pre><code class="language-sh">ls  -l</code></pre></body></html>`,
      'a.html',
    )
    expect(title).toBe('Leave')
    expect(markdown).toBe(
      [
        '# Leave',
        'You have **25** days,\\\nand [more](/more).',
        '- one\n- two',
        '3. c',
        '| a | b |\n| - | - |\n| 1 | 2\\|3 |',
        '```sh\nls  -l\n```',
      ].join('\n\n'),
    )
  })

  test('without a large heading is called what its title says', async () => {
    expect((await read('<title> Leave &amp; pay </title><h2>x</h2>', 'a.htm')).title).toBe('Leave & pay')
  })

  test('loses scripts, styles, comments and everything hidden', async () => {
    const unseen = [
      '<script>x1</script>',
      '<style>x2</style>',
      '<!-- x3 -->',
      '<p hidden>x4</p>',
      '<p style="color:red; DISPLAY : none">x5</p>',
      '<p style="display:/* */none">x6</p>',
      '<p aria-hidden="true">x7</p>',
      '<template><p>x8</p></template>',
      '<noscript>x9</noscript>',
      '<p style="visibility:hidden">x10</p>',
      '<p style="font-size:0px">x11</p>',
      '<p style="opacity: 0">x12</p>',
      '<iframe srcdoc="<p>x13</p>">x13</iframe>',
      '<svg><text>x14</text></svg>',
      '<object data=x><p>x15</p></object>',
      '<div hidden=until-found><p>x16</p></div>',
      '<textarea>x17</textarea><select><option>x18</select><button>x19</button>',
    ]
    expect(await body(`<p>seen</p>${unseen.join('')}<p style="opacity:0.5;font-size:10px">too</p>`)).toBe(
      'seen\n\ntoo',
    )
  })

  test('loses navigation and its own footer, but not those of an article', async () => {
    const html = `<body><nav>Home</nav><div role=navigation>Menu</div><header><h1>T</h1></header>
      <main><article><p>Text</p><footer>By Ann</footer></article></main><div><footer>Imprint</footer></div>`
    expect(await body(html)).toBe('# T\n\nText\n\nBy Ann')
  })

  test('keeps the text of dangerous links without the link', async () => {
    expect(
      await body('<a href="javascript:x">a</a> <a href=" jAva\nscript:x">b</a> <a href="data:x">c</a>'),
    ).toBe('a b c')
  })

  test('with 100,000 elements inside each other is refused', async () => {
    expect(await refusal('<div>'.repeat(100_000), 'a.html')).toContain('256 HTML elements inside each other')
    expect(await refusal('<b>'.repeat(100_000), 'a.html')).toContain('inside each other')
    expect(await refusal(`x${'<i><u>'.repeat(5_000)}`, 'a.md')).toContain('inside each other')
  })

  test('that is no HTML at all is text', async () => {
    expect(await body('just words')).toBe('just words')
    expect(await body('')).toBe('')
  })
})
