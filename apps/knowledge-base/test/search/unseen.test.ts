import { alice, principal } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shelves } from './shelves.ts'

const colleague = alice('kb:read')
const trusted = alice('kb:read', 'kb:confidential')
const guest = principal({ subject: 'gus', tenant: 'acme', scopes: ['kb:read'], roles: ['guest'] })
let shelf: Awaited<ReturnType<typeof shelves>>

beforeAll(async () => {
  shelf = await shelves('kb-unseen')
  await shelf.write([
    { title: 'Visitors', visibility: 'public', passages: ['Visitors ring at the gate and get a badge.'] },
    { title: 'Badges', passages: ['A badge opens the gate.', 'Return the badge to reception.'] },
  ])
})

afterAll(() => shelf?.close())

test('what a caller may not read changes neither what is found nor its score', async () => {
  const ask = async () => [
    await shelf.byWords(colleague, { query: 'badge gate merger' }),
    await shelf.byWords(guest, { query: 'badge gate merger' }),
    await shelf.byWords(colleague, {
      query: 'door',
      synonyms: [
        ['gate', 'merger'],
        ['badge merger', 'badge'],
      ],
    }),
  ]
  const before = await ask()
  expect(before.map((found) => found.length)).toEqual([3, 1, 3])
  await shelf.write([
    {
      title: 'Merger',
      visibility: 'confidential',
      passages: ['The merger moves the gate.', 'The merger ends every badge.', 'A badge of the merger.'],
    },
    { title: 'Board', groups: ['board'], passages: ['The board enters without a badge, by another gate.'] },
  ])
  expect(await ask()).toEqual(before)
  expect(await shelf.byWords(trusted, { query: 'badge gate merger' })).toHaveLength(6)
})

test('a misspelt word is not taken for one that the caller may not read', async () => {
  await shelf.write([
    { title: 'Project Osprey', visibility: 'confidential', passages: ['Osprey is the acquisition.'] },
  ])
  expect(await shelf.byWords(colleague, { query: 'ospray' })).toEqual([])
  expect(await shelf.byWords(trusted, { query: 'ospray' })).toHaveLength(1)
})
