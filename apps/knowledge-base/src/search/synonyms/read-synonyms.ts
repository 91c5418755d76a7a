/** What documents may call a phrase, by the phrase as it is asked. */
export type Thesaurus = ReadonlyMap<string, readonly string[]>

/** A line that cannot be read. Lines count from 1. */
export interface BadLine {
  line: number
  reason: string
}

const ONE_WAY = '=>'
const LONGEST = 100

/**
 * Read a thesaurus, a line for each entry: `asked, asked => term, term` one way, `term, term, term` each for the others,
 * `#` to the end of the line a comment. A phrase in several lines has the terms of all of them, in their order.
 */
export function readSynonyms(text: string): { thesaurus: Thesaurus; bad: BadLine[] } {
  const thesaurus = new Map<string, string[]>()
  const bad: BadLine[] = []
  const add = (asked: string, terms: readonly string[]) => {
    const known = thesaurus.get(asked) ?? []
    thesaurus.set(asked, [...new Set([...known, ...terms.filter((term) => term !== asked)])])
  }
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const entry = written.replace(/#.*/, '').trim()
    if (entry === '') continue
    const sides = entry.split(ONE_WAY).map((side) => side.split(',').map(plain))
    const reason = reasonAgainst(sides)
    if (reason) bad.push({ line: index + 1, reason })
    else {
      const [asked = [], terms = asked] = sides
      for (const phrase of asked) add(phrase, terms)
    }
  }
  return { thesaurus, bad }
}

function reasonAgainst(sides: readonly (readonly string[])[]): string | undefined {
  if (sides.length > 2) return `has ${ONE_WAY} more than once`
  if (sides.some((side) => side.includes(''))) return 'has an empty term'
  if (sides.flat().some((term) => term.length > LONGEST))
    return `has a term of more than ${LONGEST} characters`
  if (sides.length === 1 && new Set(sides[0]).size < 2) return `needs two terms, or ${ONE_WAY} between them`
  return undefined
}

/** Its words alone, without what stands between them. */
function plain(term: string): string {
  return wordsOf(term).join(' ')
}

/** The words of a text, in small letters: "I'm" and "the company's" without what follows the apostrophe. */
export function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replaceAll(/['\u2019]\p{L}+/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}
