import { z } from 'zod'
import { knowledgeBase } from '../domain.ts'
import { DocumentSummary } from '../model.ts'
import { Fields, readContent } from './draft.ts'

export const addDocument = knowledgeBase.defineTool({
  name: 'add_document',
  title: 'Add a document',
  description:
    'Add a document to the knowledge base, where it can be found at once. To change one, use update_document.',
  effect: 'write',
  scopes: ['kb:read', 'kb:write'],
  optionalScopes: ['kb:confidential'],
  input: z.object({
    ...Fields,
    visibility: Fields.visibility.default('internal'),
    groups: Fields.groups.default([]),
  }),
  output: z.strictObject({ document: DocumentSummary }),
  async run({ input, deps, principal, signal }) {
    const { title, category, content, visibility, groups } = input
    const reading = await readContent(deps.reader, content, { signal })
    const draft = { title, category, audience: { visibility, groups }, reading }
    return { document: await deps.authors.add(principal, draft, { signal }) }
  },
})
