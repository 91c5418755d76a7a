import { createDatabase } from '@atoll/database'
import { countingProxy } from '@atoll/testing'
import { expect, inject, test } from 'vitest'
import { DocumentId } from '../src/model.ts'
import { documentStore } from '../src/store/documents.ts'
import type { Tables } from '../src/store/tables.ts'
import { library, reader, search } from './library.ts'
import './shared-database.ts'

test('one document with its passages costs one round trip, tenant and roles included', async () => {
  const opened = await library()
  const [hit] = await search(opened, reader, 'vacation')
  await opened.close()
  const id = DocumentId.parse(hit?.document_id)
  const proxy = await countingProxy(inject('sharedDatabase').appUrl)
  const database = createDatabase<Tables>({ url: proxy.url, poolSize: 1, applicationName: 'kb-test' })
  const { signal } = new AbortController()
  const read = () => documentStore(database).find(reader, id, { from: 0, to: 199 }, { signal })
  try {
    // What is asked often is prepared behind an answer, which nobody waits for: after that it is asked again.
    for (let time = 0; time < 6; time += 1) expect((await read())?.passages).not.toEqual([])
    const before = proxy.roundTrips
    await read()
    expect(proxy.roundTrips - before).toBe(1)
  } finally {
    await database.close()
    await proxy.close()
  }
})
