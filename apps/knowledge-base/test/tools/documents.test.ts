import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { author, type Library, ownLibrary, reader, search, stranger, textOf, titles } from '../library.ts'

let library: Library
beforeAll(async () => {
  library = await ownLibrary()
})
afterAll(() => library?.close())

const call = (tool: string, input: Record<string, unknown>, as = author) =>
  library.server.call(tool, input, { as })

async function added(input: Record<string, unknown>) {
  const { structuredContent, content } = await call('add_document', { category: 'Office', ...input })
  if (!structuredContent) throw new Error(textOf({ content }))
  return structuredContent.document as { id: string; version: number; uri: string; groups: string[] }
}

describe('get_document', () => {
  it('reads a document whole, with its version and who may read it', async () => {
    const [hit] = await search(library, reader, 'travel and expenses')
    const { structuredContent } = await call('get_document', { id: hit?.document_id }, reader)
    expect(structuredContent.document).toMatchObject({
      title: 'Travel and expenses',
      version: 1,
      visibility: 'internal',
      groups: [],
    })
    expect(structuredContent.passages).toHaveLength(structuredContent.passage_count)
    expect(structuredContent.passages.map(({ text }: { text: string }) => text).join('\n')).toContain(
      'head of finance',
    )
  })

  it('reads around a passage of a search result', async () => {
    const section = (name: string) => `## ${name}\n\n${`All about ${name} in some length. `.repeat(40)}`
    const { id } = await added({
      title: 'Long',
      content: ['one', 'two', 'three', 'four', 'five'].map(section).join('\n\n'),
    })
    const { structuredContent } = await call('get_document', { id, around_passage: 2, neighbours: 1 }, reader)
    expect(structuredContent.passages.map(({ passage }: { passage: number }) => passage)).toEqual([1, 2, 3])
    const beyond = await call('get_document', { id, around_passage: 999 }, reader)
    expect(textOf(beyond)).toMatch(/passage.*999.*counted from 0/)
  })

  it('goes on with a long document where the call before ended', async () => {
    const content = Array.from(
      { length: 230 },
      (_, n) => `## Part ${n}\n\n${`Sentence of part ${n}. `.repeat(60)}`,
    )
    const { id } = await added({ title: 'Very long', content: content.join('\n\n') })
    const first = (await call('get_document', { id })).structuredContent
    expect(first.passages).toHaveLength(200)
    const rest = (await call('get_document', { id, from_passage: first.next_passage })).structuredContent
    expect(first.passages.length + rest.passages.length).toBe(first.passage_count)
    expect(rest.next_passage).toBeUndefined()
  })

  it.each([
    { id: 'doc_1' },
    { id: "doc_'; drop table documents" },
    {},
    { id: `doc_${'0'.repeat(24)}`, around_passage: -1 },
  ])('refuses %j', async (input) => {
    expect((await call('get_document', input)).isError).toBe(true)
  })
})

describe('add_document', () => {
  it('can be found at once, by its words and its meaning', async () => {
    const { uri } = await added({ title: 'Bicycle cellar', content: 'The key hangs at the reception.' })
    const [hit] = await search(library, reader, 'bicycle cellar key')
    expect(hit).toMatchObject({ title: 'Bicycle cellar', uri, found_by: ['words', 'meaning'] })
  })

  it('keeps text, and nothing that a browser would run', async () => {
    const content =
      'Hello <img src=x onerror="alert(1)"> [click](javascript:alert(2)) <script>alert(3)</script> there.'
    const { uri } = await added({ title: 'Markup', content })
    const { contents } = (await library.server.request('resources/read', { uri }, { as: reader })) as {
      contents: { text: string; mimeType: string }[]
    }
    expect(contents[0]).toMatchObject({ mimeType: 'text/markdown', text: expect.stringContaining('Hello') })
    expect(contents[0]?.text).not.toMatch(/onerror|javascript|alert\(3\)|<script/)
  })

  it('files the same groups on one shelf, whatever their order', async () => {
    const as = { ...author, roles: new Set(['sales', 'legal']) }
    const write = (title: string, groups: string[]) =>
      call('add_document', { title, category: 'Deals', content: 'Terms.', groups }, as)
    const one = await write('Deal one', ['sales', 'legal'])
    const two = await write('Deal two', ['legal', 'sales', 'legal'])
    expect(one.structuredContent.document.groups).toEqual(['legal', 'sales'])
    expect(two.structuredContent.document.groups).toEqual(['legal', 'sales'])
  })

  it.each([
    [{ title: '', content: 'x' }, 'title'],
    [{ title: 'x', content: '' }, 'content'],
    [{ title: 'x', content: 'x'.repeat(500_001) }, 'content'],
    [{ title: 'x', content: 'x', visibility: 'secret' }, 'visibility'],
    [{ title: 'x', content: '---\nvisibility: nobody\n---\nText' }, 'content'],
    [{ title: 'a\nb', content: 'x' }, 'title'],
  ])('refuses %#, naming %s', async (input, name) => {
    const refused = await call('add_document', { category: 'Office', ...input })
    expect(refused.isError).toBe(true)
    expect(textOf(refused)).toContain(name)
  })
})

describe('update_document', () => {
  it('changes what is given, keeps the rest, and is found by the new words only', async () => {
    const { id } = await added({ title: 'Coffee', content: 'The zebramatic grinder is on the first floor.' })
    const updated = await call('update_document', {
      id,
      version: 1,
      content: 'The okapimatic grinder is upstairs.',
    })
    expect(updated.structuredContent.document).toMatchObject({
      title: 'Coffee',
      category: 'Office',
      version: 2,
    })
    const byWords = async (query: string) =>
      (await search(library, reader, query))
        .filter(({ found_by }) => found_by.includes('words'))
        .map(({ title }) => title)
    expect(await byWords('"zebramatic"')).toEqual([])
    expect(await byWords('"okapimatic"')).toEqual(['Coffee'])
  })

  it('is refused when the version read is no longer current, and changes nothing', async () => {
    const { id } = await added({ title: 'Tea', content: 'Green.' })
    await call('update_document', { id, version: 1, title: 'Tea kitchen' })
    const refused = await call('update_document', { id, version: 1, content: 'Black.' })
    expect(textOf(refused)).toContain('at version 2 by now, not 1')
    const { structuredContent } = await call('get_document', { id })
    expect(structuredContent).toMatchObject({
      document: { version: 2, title: 'Tea kitchen' },
      passages: [{ text: 'Green.' }],
    })
  })

  it('lets one of two who change the same version at once win', async () => {
    const { id } = await added({ title: 'Race', content: 'Start.' })
    const both = await Promise.all(
      ['A', 'B'].map((content) => call('update_document', { id, version: 1, content })),
    )
    expect(both.filter(({ isError }) => isError)).toHaveLength(1)
  })

  it('asks what to change', async () => {
    const { id } = await added({ title: 'Nothing', content: 'New.' })
    expect(textOf(await call('update_document', { id, version: 1 }))).toContain('Say what to change')
  })
})

describe('delete_document', () => {
  it('asks the person, and takes the document out of everything', async () => {
    const { id, uri } = await added({ title: 'Old rules', content: 'The numbat rules of 1999.' })
    const asked: string[] = []
    const declined = await library.server.call(
      'delete_document',
      { id, version: 1 },
      {
        as: author,
        answer: (_key, { params }) => {
          asked.push(String(params?.message))
          return { action: 'decline' }
        },
      },
    )
    expect(asked).toEqual(['Delete the document “Old rules” for good?'])
    expect(declined.isError).toBe(true)
    expect(await titles(library, reader, 'numbat rules')).toContain('Old rules')
    const deleted = await call('delete_document', { id, version: 1, confirm: true })
    expect(deleted.structuredContent).toEqual({ deleted: id, title: 'Old rules' })
    expect(await titles(library, reader, 'numbat rules', { top_k: 20 })).not.toContain('Old rules')
    await expect(library.server.request('resources/read', { uri }, { as: reader })).rejects.toThrow(
      'There is no document',
    )
  })

  it('is refused for another version', async () => {
    const { id } = await added({ title: 'Kept', content: 'Kept.' })
    await call('update_document', { id, version: 1, title: 'Kept on' })
    expect(textOf(await call('delete_document', { id, version: 1, confirm: true }))).toContain('version 2')
  })
})

describe('resources', () => {
  it('lists every document once, over pages', async () => {
    for (let n = 0; n < 60; n += 1) await added({ title: `Page ${n % 3}`, content: `Number ${n}.` })
    const seen: string[] = []
    let cursor: unknown
    do {
      const page = await library.server.request('resources/list', cursor ? { cursor } : {}, { as: reader })
      seen.push(...(page.resources as { uri: string }[]).map(({ uri }) => uri))
      cursor = page.nextCursor
    } while (cursor)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(60)
  })

  it('lists nothing twice and leaves nothing out when a document is added between two pages', async () => {
    const list = async (cursor?: unknown) =>
      (await library.server.request('resources/list', cursor ? { cursor } : {}, { as: reader })) as {
        resources: { uri: string; title: string }[]
        nextCursor?: string
      }
    const first = await list()
    await added({ title: '!First of all', content: 'Before the place that was reached.' })
    await added({ title: 'zzz Last of all', content: 'Behind it.' })
    const seen = [...first.resources]
    for (let cursor = first.nextCursor; cursor; ) {
      const page = await list(cursor)
      seen.push(...page.resources)
      cursor = page.nextCursor
    }
    expect(new Set(seen.map(({ uri }) => uri)).size).toBe(seen.length)
    const titles = seen.map(({ title }) => title)
    expect(titles).toContain('zzz Last of all')
    expect(titles).not.toContain('!First of all')
    expect((await list()).resources.map(({ title }) => title)).toContain('!First of all')
  })

  it('takes a cursor from nobody but whom it was given to', async () => {
    const { nextCursor: cursor } = await library.server.request('resources/list', {}, { as: reader })
    for (const as of [author, stranger]) {
      await expect(library.server.request('resources/list', { cursor }, { as })).rejects.toThrow(/cursor/)
    }
  })
})

describe('answer_with_citations', () => {
  it('brings the quoted passages, and completes categories', async () => {
    const { messages } = (await library.server.request(
      'prompts/get',
      { name: 'answer_with_citations', arguments: { question: 'How much does a hotel cost at most?' } },
      { as: reader },
    )) as { messages: { content: { text: string } }[] }
    const said = messages.map(({ content }) => content.text).join('\n')
    expect(said).toMatch(/> .*160 EUR a night/)
    expect(messages.at(-1)?.content.text).toContain('How much does a hotel cost at most?')
    const { completion } = (await library.server.request(
      'completion/complete',
      {
        ref: { type: 'ref/prompt', name: 'answer_with_citations' },
        argument: { name: 'category', value: 'ti' },
      },
      { as: reader },
    )) as { completion: { values: string[] } }
    expect(completion.values).toEqual(['Time off'])
  })
})
