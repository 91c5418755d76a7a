import { readFile } from 'node:fs/promises'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'

const Questions = z
  .array(
    z.strictObject({
      question: z.string().min(3),
      /** Paths in the folder, any of which answers. */
      pages: z.array(z.string()).min(1),
    }),
  )
  .min(1)

export type Question = z.output<typeof Questions>[number]

/** Throws InvalidError when a question names a page that the folder does not have. */
export async function readQuestions(file: string, pages: ReadonlySet<string>): Promise<Question[]> {
  const questions = Questions.parse(JSON.parse(await readFile(file, 'utf8')))
  const unknown = questions.flatMap((question) => question.pages).filter((page) => !pages.has(page))
  if (unknown.length > 0) {
    throw new InvalidError(`${file} names pages that were not imported: ${[...new Set(unknown)].join(', ')}`)
  }
  return questions
}
