import { execFile } from 'node:child_process'
import { chmod, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { InvalidError } from '@atoll/errors'
import { describe, expect, test } from 'vitest'
import { categoryOf } from '../../src/reading/file-name.ts'
import { findDocuments } from '../../src/reading/folder/find-documents.ts'
import type { FoundDocument } from '../../src/reading/folder/found.ts'
import { shownName } from '../../src/reading/shown-name.ts'
import { allFound, told } from './all-found.ts'
import { folder } from './folder.ts'

const { signal } = new AbortController()
async function only(path: string): Promise<FoundDocument> {
  const [found] = await allFound(path)
  if (found?.kind !== 'document') throw new Error('no document was found')
  return found
}

const refusal = async (found: FoundDocument) => {
  const error: unknown = await found.read({ signal }).catch((reason) => reason)
  expect(error).toBeInstanceOf(InvalidError)
  return (error as InvalidError).message
}

describe('documents of a folder', () => {
  test('are found in the order of their names, with size and date', async () => {
    await using at = await folder({
      'b.md': 'bb',
      'a/z.txt': 'z',
      'a/Y.PDF': 'y',
      'c/d/e/f.docx': 'f',
      'c.html': '<p>',
    })
    await utimes(join(at.path, 'b.md'), 1_000_000_000, 1_000_000_000)
    const found = await allFound(at.path)
    expect(told(found)).toEqual(['a/Y.PDF', 'a/z.txt', 'b.md', 'c/d/e/f.docx', 'c.html'])
    expect(found[2]).toMatchObject({ size: 2, modified: new Date(1_000_000_000_000) })
  })

  test('are read as they are', async () => {
    await using at = await folder({ 'a.md': 'Grüße', 'empty.md': '' })
    const found = (await allFound(at.path)).filter((one) => one.kind === 'document')
    const bytes = await Promise.all(found.map((one) => one.read({ signal })))
    expect(bytes.map((one) => Buffer.from(one).toString())).toEqual(['Grüße', ''])
  })

  test('leave out names with a dot before them, and count kinds that are not read', async () => {
    await using at = await folder({
      '.git/a.md': '',
      '.hidden.md': '',
      'x/.b/c.md': '',
      'a.png': '',
      'b/c.PNG': '',
      LICENSE: '',
      'a.md': '',
    })
    expect(told(await allFound(at.path))).toEqual(['a.md', '1 .', '2 .png'])
  })

  test('over 50 MB are refused without reading them', async () => {
    await using at = await folder({ 'large.md': '', 'small.md': '' })
    await truncate(join(at.path, 'large.md'), 200_000_000)
    expect(told(await allFound(at.path))).toEqual(['large.md: It is larger than 50 MB.', 'small.md'])
  })

  test('that grew over 50 MB since they were found are refused', async () => {
    await using at = await folder({ 'a.md': 'x' })
    const found = await only(at.path)
    await truncate(join(at.path, 'a.md'), 200_000_000)
    expect(await refusal(found)).toBe('It is larger than 50 MB.')
  })

  test('that were put in the place of those found are refused', async () => {
    await using at = await folder({ 'in/a.md': 'x', 'in/b.txt': 'y' })
    await using other = await folder({ 'secret.md': 'secret', 'in/a.md': 'secret', 'in/b.txt': 'secret' })
    const [a, b] = (await allFound(at.path)).filter((one) => one.kind === 'document')
    if (!a || !b) throw new Error('not found')
    await rm(join(at.path, 'in/a.md'))
    await symlink(join(other.path, 'secret.md'), join(at.path, 'in/a.md'))
    expect(await refusal(a)).toContain('It was changed')
    await rename(join(at.path, 'in'), join(at.path, 'out'))
    await symlink(join(other.path, 'in'), join(at.path, 'in'))
    expect(await refusal(b)).toContain('It was changed')
  })

  test('moved out of the folder by a link on their way are refused', async () => {
    await using at = await folder({ 'in/a.md': 'x' })
    await using other = await folder()
    const found = await only(at.path)
    await rename(join(at.path, 'in'), join(other.path, 'in'))
    await symlink(join(other.path, 'in'), join(at.path, 'in'))
    expect(await refusal(found)).toContain('It was changed')
  })

  test('that are gone are refused', async () => {
    await using at = await folder({ 'a.md': 'x' })
    const found = await only(at.path)
    await rm(join(at.path, 'a.md'))
    expect(await refusal(found)).toContain('It is not there')
  })

  test('that are pipes are refused without waiting for them', async () => {
    await using at = await folder()
    await promisify(execFile)('mkfifo', [join(at.path, 'a.md')])
    expect(told(await allFound(at.path))).toEqual(['a.md: It is no regular file.'])
  })

  test('stop being looked for when nobody waits any more', async () => {
    await using at = await folder({ 'a.md': '', 'b.md': '' })
    const stop = new AbortController()
    const found = findDocuments(at.path, { signal: stop.signal })
    expect((await found.next()).value).toMatchObject({ path: 'a.md' })
    stop.abort(new Error('stopped'))
    await expect(found.next()).rejects.toThrow('stopped')
  })
})

describe('a link', () => {
  test('that leaves the folder is refused by name', async () => {
    await using other = await folder({ 'secret.md': 'x', 'deep/secret.md': 'x' })
    await using at = await folder({ 'a.md': '' })
    await symlink(join(other.path, 'secret.md'), join(at.path, 'file.md'))
    await symlink(join(other.path, 'deep'), join(at.path, 'folder'))
    await symlink('..', join(at.path, 'up'))
    // A folder beside it whose name begins alike is outside too.
    await mkdir(`${at.path}-beside`)
    await symlink(`${at.path}-beside`, join(at.path, 'z'))
    const found = told(await allFound(at.path))
    await rm(`${at.path}-beside`, { recursive: true })
    const reason = 'It is a link that leaves the folder.'
    expect(found).toEqual([
      'a.md',
      `file.md: ${reason}`,
      `folder: ${reason}`,
      `up: ${reason}`,
      `z: ${reason}`,
    ])
  })

  test('inside the folder finds nothing twice', async () => {
    await using at = await folder({
      'a/one.md': '1',
      LICENSE: 'l',
      '.data/two.md': '2',
      '.data/three.md': '3',
    })
    await symlink('a', join(at.path, 'again'))
    await symlink('a/one.md', join(at.path, 'first.md'))
    await symlink('LICENSE', join(at.path, 'licence.txt'))
    await symlink('.data', join(at.path, 'current'))
    await symlink('.data/two.md', join(at.path, 'two.md'))
    await symlink('.data/two.md', join(at.path, 'two-again.md'))
    expect(told(await allFound(at.path))).toEqual([
      'a/one.md',
      'current/three.md',
      'current/two.md',
      'licence.txt',
      '1 .',
    ])
  })

  test('that goes in a circle ends', async () => {
    await using at = await folder({ 'a/b.md': '', '.x/c.md': '' })
    await symlink('..', join(at.path, 'a/up'))
    await symlink('.', join(at.path, 'self'))
    await symlink('loop-b', join(at.path, 'loop-a'))
    await symlink('loop-a', join(at.path, 'loop-b'))
    await symlink('../.x', join(at.path, '.x/again'))
    await symlink('.x', join(at.path, 'x'))
    await symlink('nowhere', join(at.path, 'y'))
    expect(told(await allFound(at.path))).toEqual([
      'a/b.md',
      'loop-a: It is a link that leads in a circle.',
      'loop-b: It is a link that leads in a circle.',
      'x/c.md',
      'y: It is not there, or leads to something that is not, or its name is not UTF-8.',
    ])
  })
})

describe('what this user may not read', () => {
  test('is refused by name', async () => {
    await using at = await folder({ 'a.md': '', 'b/c.md': '', 'd.md': '' })
    await chmod(join(at.path, 'a.md'), 0)
    await chmod(join(at.path, 'b'), 0)
    await chmod(at.path, 0o755)
    const found = await asNobody(at.path)
    await chmod(join(at.path, 'b'), 0o755)
    const reason = 'It may not be read by this user.'
    expect(found).toEqual([`a.md: ${reason}`, `b: ${reason}`, 'd.md'])
  })
})

describe('a folder', () => {
  test('that is a file, or missing, is refused', async () => {
    await using at = await folder({ 'a.md': '' })
    await expect(allFound(join(at.path, 'a.md'))).rejects.toThrow('is a file; name the folder it lies in')
    await expect(allFound(join(at.path, 'b'))).rejects.toThrow('It is not there')
  })

  test('gives its documents their category', () => {
    expect(categoryOf('Benefits and Perks/leave.md')).toBe('Benefits and Perks')
    expect(categoryOf('a/b/c.md')).toBe('a')
    expect(categoryOf('c.md')).toBe('General')
    expect(categoryOf('\u202Epolicies\n/c.md')).toBe('policies')
    expect(categoryOf('\u200B/c.md')).toBe('General')
  })
})

describe('a name', () => {
  test('is shown without what could deceive', async () => {
    await using at = await folder()
    await writeFile(join(at.path, 'a\u001B[31m\n\u202Egpj.md'), '')
    const [found] = told(await allFound(at.path))
    expect(shownName(found ?? '')).toBe('a\\u{1b}[31m\\u{a}\\u{202e}gpj.md')
    expect(shownName('grüße 名前\\x')).toBe('grüße 名前\\\\x')
    expect(shownName('x'.repeat(300))).toHaveLength(201)
  })

  test('that is not UTF-8 is refused', async () => {
    await using at = await folder()
    await writeFile(Buffer.concat([Buffer.from(`${at.path}/`), Buffer.from([0xff]), Buffer.from('.md')]), '')
    expect(told(await allFound(at.path))).toEqual([expect.stringContaining('its name is not UTF-8')])
  })
})

/** What is found by a user who, unlike root, may not read everything. */
async function asNobody(path: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return told(await allFound(path))
  const script = fileURLToPath(new URL('find-as-nobody.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, path])
  return JSON.parse(stdout)
}
