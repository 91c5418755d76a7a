import { expect, inject, test } from 'vitest'
import { startService } from '../../embeddings/service.ts'
import { open, ownLibrary, reader, search } from '../../library.ts'
import '../../shared-database.ts'
import { fileOf } from './file-of.ts'

test("finds pages by the company's own words", async () => {
  const file = await fileOf('blue weeks => paid vacation')
  const opened = await open(inject('sharedDatabase'), { SYNONYMS_FILE: file })
  try {
    const [hit] = await search(opened, reader, 'are there blue weeks?')
    expect(hit).toMatchObject({ title: 'Vacation', found_by: expect.arrayContaining(['words']) })
    expect(hit?.snippet).toContain('**vacation**')
  } finally {
    await opened.close()
  }
})

test('does not start with lines that it cannot read', async () => {
  const file = await fileOf('blue weeks')
  await expect(open(inject('sharedDatabase'), { SYNONYMS_FILE: file })).rejects.toThrow(
    'SYNONYMS_FILE: line 1',
  )
})

test('asks a service the query alone', async () => {
  const service = await startService()
  const env = {
    SYNONYMS_FILE: await fileOf('blue weeks => paid vacation'),
    EMBEDDING_URL: service.url,
    EMBEDDING_MODEL: 'test',
    EMBEDDING_DIMENSIONS: '4',
  }
  const opened = await ownLibrary({ filled: false, env })
  try {
    await search(opened, reader, 'are there blue weeks?')
    expect(service.requests.map(({ body }) => body.input)).toEqual([['are there blue weeks?']])
  } finally {
    await opened.close()
  }
})
