import { stemOf } from '../stem-of.ts'
import { type Thesaurus, wordsOf } from './read-synonyms.ts'

/** For each phrase of a query that has some, in the query's order, what else it may be called. */
export type SynonymsOf = (query: string) => string[][]

/** A query has few words, and a statement room for few more. */
const MOST_PHRASES = 8
/** No plurals, but abbreviations: an ATS is not several at. */
const SHORT_WITH_S = /^.{1,2}s$/
const QUOTED = /"[^"]*"/

interface Phrase {
  stems: readonly string[]
  terms: readonly string[]
}

/**
 * Looks phrases up in any of their forms ("paying back" for "pay back"), the longest first; a word belongs to one
 * phrase. What stands in double quotes is meant as it is written, and has none. Where several thesauri know a phrase,
 * the first of them says what it is called.
 */
export function synonymsFrom(...thesauri: readonly Thesaurus[]): SynonymsOf {
  const phrases = new Map(thesauri.toReversed().flatMap((thesaurus) => [...byStems(thesaurus)]))
  const byFirst = Map.groupBy(phrases.values(), ({ stems }) => stems[0])

  return (query) =>
    query
      .split(QUOTED)
      .flatMap((part) => phrasesIn(stemsOf(part), byFirst))
      .slice(0, MOST_PHRASES)
      .map(({ terms }) => [...terms])
}

function phrasesIn(words: readonly string[], byFirst: ReadonlyMap<string | undefined, Phrase[]>): Phrase[] {
  const found = words.flatMap((word, start) =>
    (byFirst.get(word) ?? [])
      .filter(({ stems }) => stems.every((stem, index) => stem === words[start + index]))
      .map((phrase) => ({ phrase, places: phrase.stems.map((_, index) => start + index) })),
  )
  const chosen = new Map<number, Phrase>()
  for (const { phrase, places } of found.toSorted((a, b) => b.places.length - a.places.length)) {
    if (places.every((place) => !chosen.has(place))) for (const place of places) chosen.set(place, phrase)
  }
  return [...new Set([...chosen].sort(([a], [b]) => a - b).map(([, phrase]) => phrase))]
}

/** Phrases that differ in the forms of their words alone are one. */
function byStems(thesaurus: Thesaurus): Map<string, Phrase> {
  const phrases = new Map<string, Phrase>()
  for (const [asked, terms] of thesaurus) {
    const stems = stemsOf(asked)
    const key = stems.join(' ')
    const known = phrases.get(key)?.terms ?? []
    phrases.set(key, { stems, terms: [...new Set([...known, ...terms])] })
  }
  return phrases
}

function stemsOf(text: string): string[] {
  return wordsOf(text).map((word) => (SHORT_WITH_S.test(word) ? word : stemOf(word)))
}
