import { contractSuite } from '@atoll/testing'
import { server } from '../src/server.ts'
import { author, type Library, ownLibrary, search } from './library.ts'

const examples: Record<string, Record<string, unknown>> = {
  search_knowledge_base: { query: 'How many days of vacation do I have?' },
  list_categories: {},
  get_document: {},
  add_document: { title: 'Parking', category: 'Office', content: 'Bicycles stand in the yard.' },
  update_document: {},
  delete_document: {},
}
let library: Library

contractSuite({
  server,
  async start() {
    library = await ownLibrary()
    const idOf = async (query: string) => (await search(library, author, query))[0]?.document_id
    examples.get_document = { id: await idOf('vacation days') }
    examples.update_document = { id: await idOf('sick leave doctor note'), version: 1, category: 'Health' }
    examples.delete_document = { id: await idOf('strange mail phishing'), version: 1, confirm: true }
    const { deps } = library
    return { deps, close: () => library.close() }
  },
  owner: { subject: 'alice', scopes: ['kb:read', 'kb:write', 'kb:confidential'] },
  examples,
  secrets: ['28 days of paid vacation', 'Salary bands', 'security@acme.example'],
})
