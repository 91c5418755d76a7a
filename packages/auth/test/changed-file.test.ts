import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changedFile } from '../src/changed-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

function open() {
  const path = join(temporaryFolder(), 'file.json')
  const seen: string[] = []
  const changed = changedFile(path, (text) => {
    seen.push(text)
    return JSON.parse(text) as number
  })
  return { path, seen, changed }
}

test('reads a file once for every time it changes', async () => {
  const { path, seen, changed } = open()
  writeFileSync(path, '1')
  expect([await changed(), await changed(), await changed()]).toEqual([1, undefined, undefined])
  writeFileSync(path, '22')
  expect([await changed(), await changed()]).toEqual([22, undefined])
  writeFileSync(`${path}.new`, '33')
  renameSync(`${path}.new`, path)
  expect([await changed(), await changed()]).toEqual([33, undefined])
  expect(seen).toEqual(['1', '22', '33'])
})

test('reads a file again as long as it cannot be parsed', async () => {
  const { path, changed } = open()
  writeFileSync(path, '{')
  await expect(changed()).rejects.toThrow(SyntaxError)
  await expect(changed()).rejects.toThrow(SyntaxError)
})

test('does not read a file that is too large', async () => {
  const { path, seen, changed } = open()
  writeFileSync(path, ' '.repeat(4 * 1024 * 1024 + 1))
  await expect(changed()).rejects.toThrow('larger than')
  expect(seen).toEqual([])
})
