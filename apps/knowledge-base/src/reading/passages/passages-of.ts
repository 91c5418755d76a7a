import type { Extracted, Passage } from '../extracted.ts'
import { type Atom, atomsOf } from './atoms.ts'
import type { Block } from './blocks.ts'
import { pack } from './pack.ts'
import { sectionsOf } from './sections.ts'
import { unitsOf } from './units.ts'

export interface PassageSizes {
  /** Characters that most passages are to have. */
  target?: number
  /** Characters that a passage has at most; only a mark that closes divided code may come on top. */
  longest?: number
  /** A section with fewer characters joins the one that follows beside it. */
  tiny?: number
}

/** Anything but white space and the marks of empty structure. */
const SAYS_SOMETHING = /[^\s\-*_>|#`~\\+]/

/**
 * Divide a document into passages by its headings, then by size. Together they are the whole document,
 * in its order; no part of it is in two of them.
 */
export function passagesOf(
  extracted: Pick<Extracted, 'title' | 'markdown'>,
  sizes: PassageSizes = {},
): Passage[] {
  const { target = 1_000, longest = 1_600, tiny = 250 } = sizes
  const { markdown, title } = extracted
  const passages: Passage[] = []
  for (const { headings, blocks } of unitsOf(sectionsOf(markdown, title), { tiny, target })) {
    for (const group of pack(atomsAfterHeadings(markdown, blocks, longest), { target, longest })) {
      const text = textOf(markdown, group)
      if (SAYS_SOMETHING.test(text)) passages.push({ position: passages.length, headings, text })
    }
  }
  return passages
}

/** Headings in a row stay with the text below them. */
function atomsAfterHeadings(markdown: string, blocks: readonly Block[], longest: number): Atom[] {
  const atoms: Atom[] = []
  let above: Block | undefined
  for (const block of blocks) {
    if (block.kind === 'heading') {
      above = { ...block, start: above?.start ?? block.start }
      continue
    }
    const room = longest - (above ? block.start - above.start : 0)
    if (above && room >= longest / 2) {
      const [first, ...rest] = atomsOf(markdown, block, room)
      if (first) atoms.push({ ...first, start: above.start }, ...rest)
    } else {
      if (above) atoms.push(...atomsOf(markdown, above, longest))
      atoms.push(...atomsOf(markdown, block, longest))
    }
    above = undefined
  }
  if (above) atoms.push(...atomsOf(markdown, above, longest))
  return atoms
}

function textOf(markdown: string, group: readonly Atom[]): string {
  const first = group[0]
  const last = group.at(-1)
  if (!first || !last) return ''
  const text = markdown.slice(first.start, last.end).replace(/^\n+|\s+$/g, '')
  const opened = first.fence && !first.opens ? `${first.fence}\n${text}` : outdented(text)
  return last.fence && !last.closes ? `${opened}\n${last.fence}` : opened
}

/** Four spaces before a divided list would make code of it. */
function outdented(text: string): string {
  const indent = /^ {2,}(?=\S)/.exec(text)?.[0].length ?? 0
  return indent === 0 ? text : text.replace(new RegExp(`^ {1,${indent}}`, 'gm'), '')
}
