import { NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { knowledgeBase } from '../domain.ts'
import { DocumentId } from '../model.ts'

export const deleteDocument = knowledgeBase.defineTool({
  name: 'delete_document',
  title: 'Delete a document',
  description:
    'Delete a document for good. It takes the version that you read, and is refused when somebody has changed the ' +
    'document since. An imported document comes back with the next import while its file is there.',
  effect: 'destroy',
  scopes: ['kb:read', 'kb:write'],
  optionalScopes: ['kb:confidential'],
  input: z.object({
    id: DocumentId,
    version: z.int().min(1).describe('The version you read, from get_document'),
    confirm: z
      .boolean()
      .optional()
      .describe(
        'True when the person agreed. Needed where the client cannot ask them; otherwise they are asked',
      ),
  }),
  output: z.strictObject({ deleted: DocumentId, title: z.string() }),
  async run({ input, deps, principal, signal, interaction }) {
    const { id, version, confirm } = input
    const document = await deps.authors.current(principal, id, { signal })
    if (!document) throw new NotFoundError('document', id)
    await interaction.confirm(`Delete the document “${document.title}” for good?`, confirm)
    await deps.authors.remove(principal, id, version, { signal })
    return { deleted: id, title: document.title }
  },
})
