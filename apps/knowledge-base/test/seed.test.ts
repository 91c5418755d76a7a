import { ConflictError, InvalidError } from '@atoll/errors'
import { principal } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compose } from '../src/seed/corpus/compose.ts'
import { readWords } from '../src/seed/corpus/words.ts'
import { runCommand } from './import/run-command.ts'
import { type Library, ownLibrary, search } from './library.ts'

const reader = principal({ subject: 'ann', tenant: 'scale', scopes: ['kb:read', 'kb:confidential'] })
const seed = (...args: string[]) => runCommand('seed', library, args)

let library: Library
beforeAll(async () => {
  library = await ownLibrary({ filled: false })
})
afterAll(() => library?.close())

test('makes documents that are found by words and by meaning', async () => {
  const { stdout } = await seed('--documents', '30')
  expect(stdout).toContain('30 documents: 30 added, 0 changed, 0 as before, 0 removed, 0 refused\n')
  // Number 3 is confidential or public to all, whatever its category.
  const { title } = compose(readWords(), 10_000_019 + 3, { sections: 1, paragraphs: 1, sentences: 1 })
  const hits = await search(library, reader, title)
  expect(hits.map((hit) => hit.title)).toContain(title)
  expect(hits[0]?.found_by).toContain('meaning')
})

test('goes on where it was interrupted, and repeats nothing', async () => {
  const stopping = new AbortController()
  const running = runCommand('seed', library, ['--documents', '200', '--tenant', 'stopped'], {
    signal: stopping.signal,
    onStderr: () => stopping.abort(new Error('Interrupted')),
  })
  await expect(running).rejects.toThrow('Interrupted')
  const { stdout } = await seed('--documents', '200', '--tenant', 'stopped')
  expect(stdout).toContain('200 documents: ')
  expect(stdout).toContain('0 removed, 0 refused')
  expect((await seed('--documents', '200', '--tenant', 'stopped')).stdout).toContain(
    '0 added, 0 changed, 200 as before',
  )
})

test('does not touch a tenant that has other documents unless they are to be replaced', async () => {
  await expect(seed('--documents', '20')).rejects.toBeInstanceOf(ConflictError)
  expect((await seed('--documents', '20', '--replace')).stdout).toContain('20 added')
  await expect(seed('--documents', '20', '--seed', '2')).rejects.toBeInstanceOf(ConflictError)
  await expect(seed('--documents', 'some')).rejects.toBeInstanceOf(InvalidError)
})
