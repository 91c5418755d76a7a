import { z } from 'zod'
import { knowledgeBase } from '../domain.ts'
import { CategoryCount } from '../model.ts'

export const listCategories = knowledgeBase.defineTool({
  name: 'list_categories',
  title: 'List categories',
  description:
    'The categories that documents are filed under, with how many you may read. search_knowledge_base takes one.',
  effect: 'read',
  scopes: ['kb:read'],
  optionalScopes: ['kb:confidential'],
  input: z.object({}),
  output: z.strictObject({ categories: z.array(CategoryCount) }),
  run: async ({ deps, principal, signal }) => ({
    categories: await deps.documents.categories(principal, { signal }),
  }),
})
