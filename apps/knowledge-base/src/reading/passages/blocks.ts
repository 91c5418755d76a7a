export type BlockKind = 'heading' | 'item' | 'table' | 'quote' | 'code' | 'paragraph'

/** A stretch of lines, from `start` up to `end`, without the empty lines around it. */
export interface Block {
  kind: BlockKind
  start: number
  end: number
  /** Of a heading, from 1. */
  depth?: number
  /** Of code: the line of marks that ends it. */
  fence?: string
}

interface Line {
  text: string
  start: number
  end: number
}

const HEADING = /^(#{1,6})(?:\s|$)/
const FENCE = /^(`{3,}|~{3,})/
const ITEM = /^(?:[-*+]|\d{1,9}[.)]|\[\^[^\]]{1,200}\]:)(?:\s|$)/
const BLANK = /^\s*$/

/** The blocks of Markdown as `readDocument` writes it: empty lines between blocks, `#` headings, fenced code. */
export function blocksOf(markdown: string): Block[] {
  const lines = linesOf(markdown)
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; ) {
    const first = lines[at]
    if (!first || BLANK.test(first.text)) {
      at += 1
      continue
    }
    const { kind, depth, fence } = kindOf(first.text)
    const last = lastLine(lines, at, kind, fence)
    const end = lines[last]?.end ?? first.end
    blocks.push({ kind, start: first.start, end, ...(depth && { depth }), ...(fence && { fence }) })
    at = last + 1
  }
  return blocks
}

function linesOf(markdown: string): Line[] {
  let start = 0
  return markdown.split('\n').map((text) => {
    const line = { text, start, end: start + text.length }
    start = line.end + 1
    return line
  })
}

function kindOf(text: string): { kind: BlockKind; depth?: number; fence?: string } {
  const heading = HEADING.exec(text)?.[1]
  if (heading) return { kind: 'heading', depth: heading.length }
  const fence = FENCE.exec(text)?.[1]
  if (fence) return { kind: 'code', fence }
  if (ITEM.test(text)) return { kind: 'item' }
  if (text.startsWith('|')) return { kind: 'table' }
  if (text.startsWith('>')) return { kind: 'quote' }
  return { kind: 'paragraph' }
}

function lastLine(lines: readonly Line[], from: number, kind: BlockKind, fence: string | undefined): number {
  if (kind === 'heading') return from
  let last = from
  for (let at = from + 1; at < lines.length; at += 1) {
    const text = lines[at]?.text ?? ''
    if (fence) {
      last = at
      if (text.startsWith(fence)) return at
    } else if (kind === 'item') {
      // Indented lines belong to the item, and the empty ones between them.
      if (/^\s+\S/.test(text)) last = at
      else if (!BLANK.test(text))
        return isLazy(lines, at) ? lastLine(lines, at, 'paragraph', undefined) : last
    } else {
      if (BLANK.test(text) || kindOf(text).kind !== kind) return last
      last = at
    }
  }
  return last
}

/** A line of text right below an item's goes on with it. */
function isLazy(lines: readonly Line[], at: number): boolean {
  return kindOf(lines[at]?.text ?? '').kind === 'paragraph' && !BLANK.test(lines[at - 1]?.text ?? '')
}
