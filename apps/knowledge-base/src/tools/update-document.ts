import { InvalidError, NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { knowledgeBase } from '../domain.ts'
import { DocumentId, DocumentSummary } from '../model.ts'
import { Fields, readContent } from './draft.ts'

export const updateDocument = knowledgeBase.defineTool({
  name: 'update_document',
  title: 'Change a document',
  description:
    'Change the title, category, content or readers of a document; what is left out stays. It takes the version that ' +
    'you read, and is refused when somebody has changed the document since.',
  effect: 'write',
  scopes: ['kb:read', 'kb:write'],
  optionalScopes: ['kb:confidential'],
  input: z.object({
    id: DocumentId,
    version: z.int().min(1).describe('The version you read, from get_document'),
    title: Fields.title.optional(),
    category: Fields.category.optional(),
    content: Fields.content.optional(),
    visibility: Fields.visibility.optional(),
    groups: Fields.groups.optional(),
  }),
  output: z.strictObject({ document: DocumentSummary }),
  async run({ input, deps, principal, signal }) {
    const { id, version, ...changes } = input
    if (Object.values(changes).every((change) => change === undefined)) {
      throw new InvalidError('Say what to change: title, category, content, visibility or groups.')
    }
    const before = await deps.authors.current(principal, id, { signal })
    if (!before) throw new NotFoundError('document', id)
    const reading = await readContent(deps.reader, changes.content ?? before.body, { signal })
    const draft = {
      title: changes.title ?? before.title,
      category: changes.category ?? before.category,
      audience: {
        visibility: changes.visibility ?? before.visibility,
        groups: changes.groups ?? before.groups,
      },
      reading,
    }
    return { document: await deps.authors.update(principal, id, version, draft, { signal }) }
  },
})
