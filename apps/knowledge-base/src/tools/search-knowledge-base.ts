import { rich } from '@atoll/server-kit'
import { z } from 'zod'
import { knowledgeBase } from '../domain.ts'
import { Category, line, SearchHit } from '../model.ts'
import { quoteHits } from './quote-hits.ts'

const NOTE = {
  full: undefined,
  partial: 'Some documents were searched by their words only: their meaning is still being computed.',
  unavailable:
    'Searched by words only: meaning cannot be compared at the moment. Try other words for the same thing.',
}

export const searchKnowledgeBase = knowledgeBase.defineTool({
  name: 'search_knowledge_base',
  title: 'Search the knowledge base',
  description:
    'Find the passages of the company’s documents that answer a question: policies, handbooks, guides. Ask in plain ' +
    'words, as a whole question; words in "double quotes" must follow each other. Each result is one document with its ' +
    'best passage. Open it with get_document, and cite its title, heading path and uri.',
  effect: 'read',
  scopes: ['kb:read'],
  optionalScopes: ['kb:confidential'],
  input: z.object({
    query: line(500).min(3).describe('What you want to know'),
    category: Category.optional().describe('Only this category, as in list_categories'),
    top_k: z.int().min(1).max(20).default(5).describe('How many documents'),
    updated_since: z
      .union([z.iso.datetime({ offset: true }), z.iso.date()])
      .optional()
      .describe('Only documents that changed then or later, such as 2026-01-31'),
  }),
  output: z.strictObject({
    results: z.array(SearchHit),
    searched: z.strictObject({
      by_words: z.literal('full'),
      by_meaning: z.enum(['full', 'partial', 'unavailable']),
      note: z.string().optional(),
    }),
  }),
  async run({ input, deps, principal, signal }) {
    const { query, category, top_k: topK, updated_since: since } = input
    const updatedSince = since === undefined ? undefined : new Date(since)
    const { hits, meaning } = await deps.search(
      principal,
      { query, category, updatedSince, topK },
      { signal },
    )
    const note = NOTE[meaning]
    const searched = { by_words: 'full' as const, by_meaning: meaning, ...(note && { note }) }
    return rich({ results: hits, searched }, quoteHits(hits, note))
  },
})
