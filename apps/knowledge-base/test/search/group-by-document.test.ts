import { expect, test } from 'vitest'
import { DocumentId } from '../../src/model.ts'
import type { Ranked } from '../../src/search/fuse.ts'
import { groupByDocument } from '../../src/search/group-by-document.ts'
import type { Hit } from '../../src/store/search.ts'

const document = (number: number) => DocumentId.parse(`doc_${String(number).padStart(24, '0')}`)

const ranked = (...passages: number[]): Ranked[] =>
  passages.map((passage, place) => ({ passage, score: 1 / (place + 1), foundBy: ['words'] }))

const hit = (id: number, of: number, position: number): Hit => ({
  id,
  document_id: document(of),
  position,
  headings: [`Section ${position}`],
  plain: `Passage ${position} of ${of}`,
  title: `Document ${of}`,
  category: 'handbook',
  updated_at: new Date('2026-06-30T08:00:00Z'),
})

const quote = (text: string) => text

test('shows each document once, with its best passage and where else to look', () => {
  const shown = [hit(3, 1, 0), hit(1, 1, 4), hit(2, 2, 7)]
  const hits = groupByDocument(ranked(1, 2, 3), shown, 5, quote)
  expect(hits).toEqual([
    {
      document_id: document(1),
      uri: `kb://documents/${document(1)}`,
      title: 'Document 1',
      category: 'handbook',
      passage: 4,
      heading_path: ['Section 4'],
      snippet: 'Passage 4 of 1',
      score: 1,
      found_by: ['words'],
      more_passages: [{ passage: 0, heading_path: ['Section 0'] }],
      last_updated: '2026-06-30T08:00:00.000Z',
    },
    expect.objectContaining({ title: 'Document 2', score: 0.5, more_passages: [] }),
  ])
})

test('names three further passages of a document at most', () => {
  const shown = [1, 2, 3, 4, 5].map((id) => hit(id, 1, id))
  const [only, ...rest] = groupByDocument(ranked(1, 2, 3, 4, 5), shown, 5, quote)
  expect(only?.more_passages.map(({ passage }) => passage)).toEqual([2, 3, 4])
  expect(rest).toEqual([])
})

test('shows as many documents as are wanted', () => {
  const shown = [1, 2, 3].map((id) => hit(id, id, 0))
  expect(groupByDocument(ranked(1, 2, 3), shown, 2, quote).map(({ title }) => title)).toEqual([
    'Document 1',
    'Document 2',
  ])
})

test('leaves out what is gone or may not be read any more', () => {
  expect(groupByDocument(ranked(1, 2), [hit(2, 2, 0)], 5, quote).map(({ title }) => title)).toEqual([
    'Document 2',
  ])
})
