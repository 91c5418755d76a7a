import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { InvalidError } from '@atoll/errors'

export interface QualityOptions {
  /** The folder of documents. */
  directory: string
  /** Questions that somebody who read them labelled with the pages that answer. */
  questions: string
}

const OWN: QualityOptions = {
  directory: fileURLToPath(new URL('../../../../shared/data/handbook', import.meta.url)),
  questions: fileURLToPath(new URL('./handbook.json', import.meta.url)),
}

/** What to ask about; undefined when our own handbook is not beside the repository. Throws InvalidError. */
export function parseOptions(args: readonly string[]): QualityOptions | undefined {
  const { dir, questions } = valuesOf(args)
  if (dir !== undefined && questions !== undefined) return { directory: dir, questions }
  if (dir !== undefined || questions !== undefined) {
    throw new InvalidError('--dir and --questions go together: the questions name pages of the folder.')
  }
  return existsSync(OWN.directory) ? OWN : undefined
}

export const OWN_DIRECTORY = OWN.directory

function valuesOf(args: readonly string[]) {
  const options = { dir: { type: 'string' }, questions: { type: 'string' } } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new InvalidError(
      `${(cause as Error).message} Usage: search-quality [--dir DIRECTORY --questions FILE.json]`,
      {
        cause,
      },
    )
  }
}
