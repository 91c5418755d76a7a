/// <reference path="./wink-porter2-stemmer.d.ts" />
import stem from 'wink-porter2-stemmer'

const stems = new Map<string, string>()
/** Words of a language come again and again. */
const MOST_STEMS = 20_000

/** What PostgreSQL's dictionary `english` makes of a word, which may be a part of a long text. */
export function stemOf(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  if (stems.size >= MOST_STEMS) stems.clear()
  const stemmed = stem(word.toLowerCase())
  // A copy: a part of a text would keep all of it in memory.
  stems.set(Buffer.from(word).toString(), stemmed)
  return stemmed
}
