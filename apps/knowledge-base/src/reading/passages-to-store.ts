import type { NewPassage } from '../store/write-document.ts'
import type { Passage } from './extracted.ts'
import { plainText } from './plain-text.ts'

/** Passages with the text that is searched. Those without a word are left out. */
export function passagesToStore(passages: readonly Passage[]): NewPassage[] {
  return passages
    .map((passage) => ({ ...passage, plain: plainText(passage.text) }))
    .filter(({ plain }) => /[\p{L}\p{N}]/u.test(plain))
    .map((passage, position) => ({ ...passage, position }))
}
