import { stemOf } from './stem-of.ts'

/** Words that are quoted of a passage, at most. */
const LENGTH = 60
/** Words before the first match, so that it is read in its sentence. */
const LEAD = 8
/** What a word counts that is in the quotation already. */
const AGAIN = 0.1
/** Letters and digits, by their code; the blocks of punctuation hold none. */
const IN_WORDS = codes('09', 'AZ', 'az', '\u00aa\u1fff', '\u2c00\u2dff', '\u3005\ufdff', '\ufe70\uffef')

/** The place of each of the query's lexemes, as PostgreSQL's dictionary `english` writes them. */
export interface Sought {
  places: ReadonlyMap<string, number>
  initials: ReadonlySet<number>
}

export function sought(lexemes: readonly string[]): Sought {
  return {
    places: new Map(lexemes.map((lexeme, index) => [lexeme, index])),
    initials: new Set(lexemes.map((lexeme) => lexeme.charCodeAt(0))),
  }
}

/** A word of the text that the query has too. */
interface Match {
  /** Which word of the text it is. */
  word: number
  /** Which one of the query's. */
  lexeme: number
}

/** Those that match: most do not, and are not even cut out. */
interface Words {
  count: number
  matches: Match[]
}

/** Where each word of the text at hand begins and ends: one place for all texts, as each is done with before the next. */
let [starts, ends] = [new Uint32Array(1024), new Uint32Array(1024)]

/**
 * The part of a text that says most of what is sought, with its words **marked**; its beginning where nothing is.
 * PostgreSQL's ts_headline does the same at ten times the cost.
 */
export function snippet(text: string, sought: Sought): string {
  const { count, matches } = wordsOf(text, sought)
  const first = bestStart(matches, count, sought.places.size)
  const beyond = Math.min(first + LENGTH, count)
  if (beyond === 0) return text.trim()
  let said = ''
  // With what stands before the first word and after the last one, as in lists and sentences.
  let from = first === 0 ? 0 : (starts[first] as number)
  for (const { word } of matches) {
    if (word < first || word >= beyond) continue
    const [start, end] = [starts[word] as number, ends[word] as number]
    said += `${text.slice(from, start)}**${text.slice(start, end)}**`
    from = end
  }
  return `${said}${text.slice(from, beyond === count ? text.length : ends[beyond - 1])}`.trim()
}

function wordsOf(text: string, { places, initials }: Sought): Words {
  const matches: Match[] = []
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const start = at
    while (at < text.length && IN_WORDS[text.charCodeAt(at)] === 1) at += 1
    if (at === start) continue
    // No ending that a stemmer takes away is at the beginning.
    const mayMatch = initials.has(lowerCase(text.charCodeAt(start)))
    const lexeme = mayMatch ? places.get(stemOf(text.slice(start, at))) : undefined
    if (lexeme !== undefined) matches.push({ word: count, lexeme })
    if (count === starts.length) [starts, ends] = [twice(starts), twice(ends)]
    starts[count] = start
    ends[count] = at
    count += 1
  }
  return { count, matches }
}

function twice(places: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(places.length * 2)
  more.set(places)
  return more
}

/** Where to begin so that most different words of the query, and then most words of it, are in the quotation. */
function bestStart(matches: readonly Match[], words: number, different: number): number {
  const seen = new Uint16Array(different)
  let value = 0
  let leaving = 0
  let best = { value: 0, end: 0 }
  for (const { word, lexeme } of matches) {
    const earliest = earliestBefore(word)
    for (let left = matches[leaving]; left && left.word < earliest; left = matches[++leaving]) {
      const again = (seen[left.lexeme] as number) - 1
      seen[left.lexeme] = again
      value -= again === 0 ? 1 : AGAIN
    }
    value += seen[lexeme] === 0 ? 1 : AGAIN
    seen[lexeme] = (seen[lexeme] as number) + 1
    // The first of equals stays the best, whatever rounding does.
    if (value > best.value + AGAIN / 2) best = { value, end: word }
  }
  if (best.value === 0) return 0
  const first = matches.find(({ word }) => word >= earliestBefore(best.end))?.word ?? 0
  return Math.max(0, Math.min(first - LEAD, words - LENGTH))
}

/** The first word that may be the first match in a quotation that this one is in. */
function earliestBefore(word: number): number {
  return word - (LENGTH - LEAD) + 1
}

/** One for each code within these ranges. */
function codes(...ranges: string[]): Uint8Array {
  const all = new Uint8Array(2 ** 16)
  for (const range of ranges) all.fill(1, range.charCodeAt(0), range.charCodeAt(1) + 1)
  return all
}

/** Of an ASCII letter without its case; others differ too rarely to matter to what is marked. */
function lowerCase(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code
}
