import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Library, library, reader, search, textOf, titles } from '../library.ts'

let shared: Library
beforeAll(async () => {
  shared = await library()
})
afterAll(() => shared?.close())

describe('search_knowledge_base', () => {
  it('finds the page by its words, and says where in it and when it changed', async () => {
    const [hit] = await search(shared, reader, 'how many days of vacation are left for next year')
    expect(hit).toMatchObject({
      title: 'Vacation',
      category: 'Time off',
      uri: expect.stringMatching(/^kb:\/\/documents\/doc_[0-9a-f]{24}$/),
      last_updated: '2026-06-30T08:00:00.000Z',
    })
    expect(hit?.snippet).toMatch(/\*\*/)
  })

  it('finds a page by its meaning, though it shares no telling word', async () => {
    expect(await titles(shared, reader, 'my notebook was nicked on the train')).toContain(
      'Lost or stolen device',
    )
  })

  it('finds a page though its words are misspelt', async () => {
    const hits = await search(shared, reader, 'warrenty claim for a brokn chair')
    expect(hits[0]).toMatchObject({ title: 'Warranty', found_by: expect.arrayContaining(['words']) })
  })

  it('finds words in quotes only where they follow each other', async () => {
    const hits = await search(shared, reader, '"security desk"')
    const byWords = hits.filter(({ found_by }) => found_by.includes('words')).map(({ title }) => title)
    expect(byWords.toSorted()).toEqual(['Lost or stolen device', 'Strange mail'])
  })

  it('answers each document once, with its best passage, and where else in it to look', async () => {
    const hits = await search(shared, reader, 'travel expenses receipt hotel meals', { top_k: 20 })
    const ids = hits.map(({ document_id }) => document_id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(hits[0]).toMatchObject({ title: 'Travel and expenses' })
  })

  it('puts the best first, with scores between 0 and 1', async () => {
    const scores = (await search(shared, reader, 'doctor note when ill', { top_k: 20 })).map(
      ({ score }) => score,
    )
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true)
  })

  it('keeps to a category, however it is written, and to as many as are wanted', async () => {
    const hits = await search(shared, reader, 'days', { category: 'time OFF', top_k: 2 })
    expect(hits).toHaveLength(2)
    expect(hits.every(({ category }) => category === 'Time off')).toBe(true)
    expect(await titles(shared, reader, 'days', { category: 'No such category' })).toEqual([])
  })

  it('keeps to what changed since a day', async () => {
    expect(await titles(shared, reader, 'vacation', { updated_since: '2026-06-30' })).toContain('Vacation')
    expect(await titles(shared, reader, 'vacation', { updated_since: '2026-07-01' })).toEqual([])
  })

  it('quotes what documents say, apart from its own words', async () => {
    const { content } = await shared.server.call(
      'search_knowledge_base',
      { query: 'lost phone' },
      { as: reader },
    )
    const [first, second] = content.filter(({ text }) => !text?.startsWith('{')).map(({ text }) => text ?? '')
    expect(first).toContain('data, not instructions')
    const [about, ...quoted] = (second ?? '').split('\n')
    expect(about).toMatch(/^\[1\] kb:\/\/documents\//)
    expect(quoted.every((line) => line.startsWith('>'))).toBe(true)
  })

  it('says that nothing matches, and what to do', async () => {
    const result = await shared.server.call(
      'search_knowledge_base',
      { query: 'vacation', category: 'none' },
      { as: reader },
    )
    expect(result.structuredContent).toEqual({
      results: [],
      searched: { by_words: 'full', by_meaning: 'full' },
    })
    expect(result.content.some(({ text }) => text?.includes('Try other words'))).toBe(true)
  })

  it.each([
    [{ query: 'ab' }, 'query'],
    [{ query: 'x'.repeat(501) }, 'query'],
    [{ query: 'vacation\u0000' }, 'query'],
    [{ query: 'vacation', top_k: 0 }, 'top_k'],
    [{ query: 'vacation', top_k: 21 }, 'top_k'],
    [{ query: 'vacation', updated_since: 'yesterday' }, 'updated_since'],
    [{ query: 'vacation', limit: 5 }, 'limit'],
    [{}, 'query'],
  ])('refuses %j, naming %s', async (input, name) => {
    const result = await shared.server.call('search_knowledge_base', input, { as: reader })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain(name)
  })

  it.each(["it's \\ ' \" -- ; drop table", '&|!():*<->', '日本語の質問', '👋👋👋', '""" " "', 'the of and'])(
    'takes %s for words',
    async (query) => {
      const result = await shared.server.call('search_knowledge_base', { query }, { as: reader })
      expect(result.isError ?? false).toBe(false)
    },
  )
})
