import { describe, expect, test } from 'vitest'
import { read, refusal } from './read.ts'

const page = (yaml: string) => `---\n${yaml}\n---\nText.\n`

describe('front matter', () => {
  test('says title, category, visibility, groups and date', async () => {
    const yaml =
      'title: Pay\ncategory: People\nVisibility: Confidential\ngroups: [hr, 42]\nupdated: 2026-01-31\nowner: x'
    expect(await read(page(yaml), 'a.md')).toEqual({
      title: 'Pay',
      category: 'People',
      visibility: 'confidential',
      groups: ['hr', '42'],
      updated: '2026-01-31',
      markdown: 'Text.',
    })
  })

  test('may be absent, empty, hold unknown keys only, or have Windows line ends', async () => {
    expect(await read('Text.', 'a.md')).toEqual({ title: 'A', markdown: 'Text.' })
    expect(await read('---\n---\nText.', 'a.md')).toEqual({ title: 'A', markdown: 'Text.' })
    expect(await read(page('layout: wide\ntags: [a]\ntitle:'), 'a.md')).toEqual({
      title: 'A',
      markdown: 'Text.',
    })
    expect(await read('---\r\ntitle: B\r\n---\r\nText.', 'a.md')).toEqual({ title: 'B', markdown: 'Text.' })
    expect(await read('\uFEFF---\ntitle: B\n...\nText.', 'a.md')).toEqual({ title: 'B', markdown: 'Text.' })
  })

  test('is text where it is no mapping', async () => {
    expect((await read('---\nJust words\n---\nText.', 'a.md')).markdown).toContain('Just words')
    expect((await read('---\n- a\n- b\n---\nText.', 'a.md')).markdown).toContain('- a')
    expect((await read('---\n\nNot closed.\n', 'a.md')).markdown).toContain('Not closed.')
  })

  test.each([
    ['visibility: secret', 'It', 'visibility must be one of public, internal, confidential'],
    ['visibility:', 'It', 'visibility must be one of'],
    ['groups: hr', 'It', 'groups must be a list of group names'],
    ['groups: []', 'It', 'groups must name a group'],
    ['groups: [hr, [x]]', 'It', 'groups.1 must be a text'],
    ['updated: yesterday', 'It', 'updated must be a date such as 2026-01-31'],
    ['updated: 2026-02-30', 'It', 'updated must be a date'],
    ['title: [a]', 'It', 'title must be a text'],
    ['visibility: public\nVisibility: confidential', 'It', 'visibility twice'],
    ['visibility: public\nvisibility: confidential', 'It', 'is not YAML (line 3)'],
    ['title: "open\nvisibility: confidential', 'It', 'is not YAML'],
    ['title: a: b', 'It', 'is not YAML'],
  ])('%j is refused', async (yaml, start, reason) => {
    const message = await refusal(page(yaml), 'a.md')
    expect(message).toMatch(new RegExp(`^${start}`))
    expect(message).toContain(reason)
  })

  test('that is never closed is refused, as what it says might be kept from people', async () => {
    expect(await refusal('---\nvisibility: confidential\n\nText.', 'a.md')).toContain('has no end')
  })

  test('cannot blow up by aliases, depth or length', async () => {
    const bomb = [
      'a: &a [x]',
      ...'bcdefghij'
        .split('')
        .map((key, index) => `${key}: &${key} [${`*${'abcdefghij'[index]},`.repeat(9)}]`),
    ]
    expect(await refusal(page(bomb.join('\n')), 'a.md')).toContain('uses YAML aliases')
    expect(await refusal(page(`a: ${'['.repeat(9_000)}`), 'a.md')).toContain('is not YAML')
    expect(await refusal(page(`a: ${'x'.repeat(30_000)}`), 'a.md')).toContain('longer than')
  })

  test('cannot reach the prototype of anything', async () => {
    const { title } = await read(page('__proto__: { title: x }\nconstructor: y'), 'a.md')
    expect(title).toBe('A')
  })
})
