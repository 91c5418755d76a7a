import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { Category, Group, LONGEST, Title, Visibility } from '../model.ts'
import type { Reader } from '../reading/create-reader.ts'
import type { Reading } from '../reading/extracted.ts'

/** Inputs of tools that write a document. */
export const Fields = {
  title: Title.describe('What the document is called'),
  category: Category.describe('Where it is filed; see list_categories'),
  content: z.string().min(1).max(500_000).describe('Markdown. Raw HTML in it is reduced to its text.'),
  visibility: Visibility.describe(
    'public: everybody of the company and its guests; internal: all but guests; confidential: who holds that scope',
  ),
  groups: z.array(Group).max(LONGEST.groups).describe('Where there are some, only their members may read it'),
}

/** Read what a caller wrote as an imported file would be. Throws InvalidError. */
export async function readContent(
  reader: Reader,
  content: string,
  { signal }: { signal: AbortSignal },
): Promise<Reading> {
  try {
    return await reader.read(new TextEncoder().encode(content), 'content.md', { signal })
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    throw new InvalidError(`content: ${error.message}`, { cause: error })
  }
}
