import { stemOf } from './stem-of.ts'

/** Words that are quoted of a passage, at most. */
const LENGTH = 60
/** Words before the first match, so that it is read in its sentence. */
const LEAD = 8
/** What a word counts that is in the quotation already. */
const AGAIN = 0.1
/** Letters and digits, of which the blocks of punctuation hold none. Unicode's own classes cost three times as much. */
const WORD = /[A-Za-z0-9\u00aa-\u1fff\u2c00-\u2dff\u3005-\ufdff\ufe70-\uffef]+/g

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

interface Word {
  start: number
  end: number
  /** Among the query's, which of them it is. */
  lexeme: number | undefined
}

/**
 * The part of a text that says most of what is sought, with its words **marked**; its beginning where nothing is.
 * PostgreSQL's ts_headline does the same at ten times the cost.
 */
export function snippet(text: string, { places, initials }: Sought): string {
  const words: Word[] = []
  for (WORD.lastIndex = 0; ; ) {
    const word = WORD.exec(text)?.[0]
    if (word === undefined) break
    const end = WORD.lastIndex
    // No ending that a stemmer takes away is at the beginning.
    const lexeme = initials.has(lowerCase(word.charCodeAt(0))) ? places.get(stemOf(word)) : undefined
    words.push({ start: end - word.length, end, lexeme })
  }
  const first = bestStart(words, places.size)
  const quoted = words.slice(first, first + LENGTH)
  const last = quoted.at(-1)
  if (!last) return text.trim()
  let said = ''
  // With what stands before the first word and after the last one, as in lists and sentences.
  let from = first === 0 ? 0 : (quoted[0]?.start ?? 0)
  for (const { start, end, lexeme } of quoted) {
    if (lexeme === undefined) continue
    said += `${text.slice(from, start)}**${text.slice(start, end)}**`
    from = end
  }
  return `${said}${text.slice(from, first + LENGTH >= words.length ? text.length : last.end)}`.trim()
}

/** Where to begin so that most different words of the query, and then most words of it, are in the quotation. */
function bestStart(words: readonly Word[], different: number): number {
  const seen = new Uint16Array(different)
  let value = 0
  let best = { value: 0, end: 0 }
  for (const [index, { lexeme }] of words.entries()) {
    const leaving = words[index - LENGTH + LEAD]?.lexeme
    if (leaving !== undefined) {
      const left = (seen[leaving] as number) - 1
      seen[leaving] = left
      value -= left === 0 ? 1 : AGAIN
    }
    if (lexeme === undefined) continue
    value += seen[lexeme] === 0 ? 1 : AGAIN
    seen[lexeme] = (seen[lexeme] as number) + 1
    // The first of equals stays the best, whatever rounding does.
    if (value > best.value + AGAIN / 2) best = { value, end: index }
  }
  return best.value === 0 ? 0 : beginning(words, best.end)
}

/** A few words before the first match of those up to `end` that fit with it. */
function beginning(words: readonly Word[], end: number): number {
  const earliest = Math.max(0, end - (LENGTH - LEAD) + 1)
  const match = words.findIndex(({ lexeme }, index) => index >= earliest && lexeme !== undefined)
  return Math.max(0, Math.min(match - LEAD, words.length - LENGTH))
}

/** Of an ASCII letter without its case; others differ too rarely to matter to what is marked. */
function lowerCase(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code
}
