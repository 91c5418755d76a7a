import { inlineText } from './inline-text.ts'

const FENCE = /^\s*(`{3,}|~{3,})/
const TABLE_RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/
const RULE = /^\s*(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/
const MARKERS = /^(?:\s*(?:>|[-*+](?=\s|$)|\d{1,9}[.)](?=\s|$)))*\s*(?:\[[ xX]\]\s+)?/
const HEADING = /^#{1,6}(?:\s+|$)/
const NOTE = /^\[\^[^\]\n]{1,200}\]:\s*/

/**
 * The words of Markdown without its syntax, for full text and embeddings; cells of a table are parted by tabs.
 * Meant for Markdown as `readDocument` writes it; takes time in proportion to the length.
 */
export function plainText(markdown: string): string {
  const parts: string[] = []
  let prose: string[] = []
  let fence: string | undefined
  const endProse = () => {
    if (prose.length > 0) parts.push(inlineText(prose.join('\n')))
    prose = []
  }
  for (const line of markdown.split('\n')) {
    const mark = FENCE.exec(fence === undefined ? line.replace(MARKERS, '') : line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined
      else parts.push(line)
    } else if (mark !== undefined) {
      endProse()
      fence = mark
    } else if (line.trim() === '' || TABLE_RULE.test(line) || RULE.test(line)) {
      endProse()
    } else if (line.startsWith('|')) {
      endProse()
      parts.push(cells(line).map(inlineText).join('\t'))
    } else {
      const text = line.replace(MARKERS, '').replace(HEADING, '').replace(NOTE, '')
      // A marker begins a block of its own.
      if (text.length < line.trimStart().length) endProse()
      prose.push(text)
    }
  }
  endProse()
  return parts.join('\n').trim()
}

function cells(row: string): string[] {
  return row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}
