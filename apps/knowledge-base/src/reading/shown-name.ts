const LONGEST = 200
const UNSAFE = /[\p{C}\p{Z}\p{DI}\p{Bidi_Control}\\\u2800]/gv

/** A file's name for a message or a terminal: what cannot be seen is escaped, and it is cut at 200 characters. */
export function shownName(path: string): string {
  const shown = path.replace(UNSAFE, (character) => (character === ' ' ? ' ' : escaped(character)))
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown
}

function escaped(character: string): string {
  if (character === '\\') return '\\\\'
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}
