import { InvalidError } from '@atoll/errors'

/** Characters of one document: some thousand pages. */
const LONGEST = 3_000_000

/** Throws InvalidError when a text is too long for one document. */
export function checkLength(text: string): string {
  if (text.length <= LONGEST) return text
  throw new InvalidError(`It has more than ${LONGEST / 1e6} million characters. Split it into several files.`)
}
