import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  author,
  director,
  guest,
  type Library,
  open,
  ownLibrary,
  reader,
  search,
  stranger,
  textOf,
  titles,
} from './library.ts'

let shared: Library
beforeAll(async () => {
  shared = await ownLibrary()
})
afterAll(() => shared?.close())

const read = (as: typeof reader, uri: string) => shared.server.request('resources/read', { uri }, { as })

async function listed(as: typeof reader): Promise<string[]> {
  const { resources } = (await shared.server.request('resources/list', {}, { as })) as {
    resources: { title: string }[]
  }
  return resources.map(({ title }) => title)
}

async function categories(as: typeof reader) {
  const { structuredContent } = await shared.server.call('list_categories', {}, { as })
  return structuredContent.categories as { category: string; documents: number }[]
}

describe('a document that a caller may not read', () => {
  it('is not found by its very words, nor by their meaning', async () => {
    expect(await titles(shared, author, 'salary bands 2026')).toContain('Salary bands')
    expect(await titles(shared, reader, 'salary bands 2026', { top_k: 20 })).not.toContain('Salary bands')
    expect(await titles(shared, director, 'Project Larch')).toContain('Planned acquisition of Redwood')
    expect(await titles(shared, author, 'Project Larch', { top_k: 20 })).not.toContain(
      'Planned acquisition of Redwood',
    )
    expect(await titles(shared, guest, 'vacation days', { top_k: 20 })).toEqual(
      expect.not.arrayContaining(['Vacation']),
    )
    expect((await titles(shared, guest, 'warranty of a chair'))[0]).toBe('Warranty')
  })

  it('looks like one that does not exist', async () => {
    const [hit] = await search(shared, director, 'Project Larch offer')
    const id = hit?.document_id ?? ''
    const missing = `doc_${'0'.repeat(24)}`
    for (const tool of ['get_document', 'update_document', 'delete_document']) {
      const args =
        tool === 'get_document'
          ? {}
          : { version: 1, ...(tool === 'update_document' ? { title: 'x' } : { confirm: true }) }
      const hidden = await shared.server.call(tool, { id, ...args }, { as: author })
      const absent = await shared.server.call(tool, { id: missing, ...args }, { as: author })
      expect(textOf(hidden).replaceAll(id, '')).toBe(textOf(absent).replaceAll(missing, ''))
      expect(hidden.isError).toBe(true)
    }
    const refusals = await Promise.all(
      [id, missing].map((each) => read(author, `kb://documents/${each}`).catch((error) => error)),
    )
    const [hidden, absent] = refusals.map((error, index) =>
      String(error.message).replaceAll([id, missing][index] ?? '', ''),
    )
    expect(hidden).toBe(absent)
  })

  it('is in no list, no count and no completion', async () => {
    expect(await listed(director)).toContain('Planned acquisition of Redwood')
    expect(await listed(author)).not.toContain('Planned acquisition of Redwood')
    expect(await listed(guest)).toEqual(['Returns', 'Warranty'])
    const money = async (as: typeof reader) =>
      (await categories(as)).find(({ category }) => category === 'Money')?.documents
    expect([await money(director), await money(author), await money(reader), await money(guest)]).toEqual([
      3,
      2,
      1,
      undefined,
    ])
    const complete = async (as: typeof reader) => {
      const { completion } = (await shared.server.request(
        'completion/complete',
        {
          ref: { type: 'ref/resource', uri: 'kb://documents/{id}' },
          argument: { name: 'id', value: 'doc_' },
        },
        { as },
      )) as { completion: { values: string[] } }
      return completion.values.length
    }
    expect((await complete(director)) - (await complete(author))).toBe(1)
  })

  it('does not move the scores and the order of what is found without it', async () => {
    const before = await search(shared, reader, 'redwood acquisition offer travel salary', { top_k: 20 })
    for (const [index, title] of ['Redwood', 'Acquisition', 'Travel', 'Salary'].entries()) {
      const content = `${title} redwood acquisition offer travel salary. `.repeat(20 + index)
      const input = { title, category: 'Money', content, visibility: 'confidential' }
      const added = await shared.server.call('add_document', input, { as: author })
      expect(added.isError ?? false).toBe(false)
    }
    const replica = await open(shared, {})
    expect(await search(replica, reader, 'redwood acquisition offer travel salary', { top_k: 20 })).toEqual(
      before,
    )
    await replica.close()
  })

  it('belongs to another company', async () => {
    const [theirs] = await search(shared, stranger, 'vacation of technicians')
    expect(theirs?.snippet).toContain('yards')
    expect(await titles(shared, author, 'climbing a turbine rescue', { top_k: 20 })).not.toContain(
      'Climbing a turbine',
    )
    const hidden = await shared.server.call('get_document', { id: theirs?.document_id }, { as: director })
    expect(hidden.isError).toBe(true)
  })

  it('cannot be put where its author could not read it', async () => {
    const input = { title: 'Secret', category: 'Money', content: 'Nothing.' }
    for (const [as, more] of [
      [guest, { visibility: 'internal' }],
      [{ ...reader, scopes: new Set(['kb:read', 'kb:write']) }, { visibility: 'confidential' }],
      [author, { visibility: 'internal', groups: ['board'] }],
    ] as const) {
      const refused = await shared.server.call('add_document', { ...input, ...more }, { as })
      expect(textOf(refused)).toContain('could not read')
    }
  })
})

describe('subscribers', () => {
  it('hear of a change on another replica when they may read the document, and of nothing else', async () => {
    const replica = await open(shared, {})
    const heard = [reader, author, guest, director, stranger].map((as) => replica.server.heardBy(as))
    const input = { title: 'Pay day', category: 'Money', content: 'On the 27th.', visibility: 'confidential' }
    const added = await shared.server.call('add_document', input, { as: author })
    const { id, uri } = added.structuredContent.document
    const internal = await shared.server.call(
      'update_document',
      { id, version: 1, visibility: 'internal' },
      { as: author },
    )
    expect(internal.structuredContent.document.version).toBe(2)
    const [byReader = [], byAuthor = [], byGuest, byDirector = [], byStranger] = heard
    // The last change reaches all who may hear of it.
    await expect.poll(() => byReader.filter(({ kind }) => kind === 'resource').length).toBe(1)
    await expect.poll(() => byAuthor.filter((event) => event.uri === uri).length).toBe(3)
    expect(byDirector.filter((event) => event.uri === uri)).toHaveLength(3)
    expect([byGuest, byStranger]).toEqual([[], []])
    await replica.close()
  })
})

describe('replicas', () => {
  it('agree at once on what was written through any of them', async () => {
    const replica = await open(shared, {})
    const input = { title: 'Wombat care', category: 'Pets', content: 'Wombats need deep burrows.' }
    expect(await titles(replica, reader, 'wombat burrows')).not.toContain('Wombat care')
    const added = await shared.server.call('add_document', input, { as: author })
    const { id } = added.structuredContent.document
    const [hit] = await search(replica, reader, 'wombat burrows')
    expect(hit).toMatchObject({ title: 'Wombat care', found_by: ['words', 'meaning'] })
    await replica.server.call('delete_document', { id, version: 1, confirm: true }, { as: author })
    expect(await titles(shared, reader, 'wombat burrows', { top_k: 20 })).not.toContain('Wombat care')
    await replica.close()
  })

  it('take a document with groups as long as they may be', async () => {
    const groups = Array.from({ length: 20 }, (_, n) => `${n}${'ü'.repeat(60)}`)
    const as = { ...author, roles: new Set(groups) }
    const input = { title: 'Many', category: 'Groups', content: 'Who reads this?', groups }
    const added = await shared.server.call('add_document', input, { as })
    const { id } = added.structuredContent.document
    const changed = { id, version: 1, visibility: 'confidential' }
    expect((await shared.server.call('update_document', changed, { as })).isError ?? false).toBe(false)
  })
})
