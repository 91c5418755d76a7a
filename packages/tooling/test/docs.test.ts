import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docProblems } from '../src/checks/docs.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-docs-'))
  mkdirSync(join(root, 'docs'))
})
afterEach(() => rmSync(root, { recursive: true }))

describe('docProblems', () => {
  it('accepts links to files, folders, headings and the web', () => {
    writeFileSync(
      join(root, 'README.md'),
      '[a](docs/a.md#two-words) [b](docs) [c](https://example.org) [d](#here)\n# Here',
    )
    writeFileSync(join(root, 'docs/a.md'), '# One\n\n## Two words\n[up](../README.md)\n')
    expect(docProblems(root)).toEqual([])
  })

  it('names a link that leads nowhere and a heading that is missing', () => {
    writeFileSync(join(root, 'README.md'), '[a](docs/gone.md) ![b](docs/a.md#three)\n\n[c]: ./lost.png\n')
    writeFileSync(join(root, 'docs/a.md'), '# One\n')
    expect(docProblems(root)).toEqual([
      'README.md: the link docs/gone.md leads nowhere',
      'README.md: docs/a.md#three names no heading there',
      'README.md: the link ./lost.png leads nowhere',
    ])
  })

  it('ignores what looks like a link in code', () => {
    writeFileSync(join(root, 'README.md'), 'Write `[a](b.md)`.\n\n```ts\nconst x = map[y](z)\n```\n')
    expect(docProblems(root)).toEqual([])
  })

  it.each(['TODO: more', 'Coming soon', 'see /home/someone/notes'])(
    'finds the unfinished page in "%s"',
    (text) => {
      writeFileSync(join(root, 'docs/a.md'), `# One\n${text}\n`)
      expect(docProblems(root)).toHaveLength(1)
    },
  )
})
