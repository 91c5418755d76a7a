import { stripVTControlCharacters } from 'node:util'

/** Text of a server made safe for a terminal: control and direction characters go, line breaks and tabs stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '')
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim()
}
