import { cutText } from '../clean-text.ts'
import { plainText } from '../plain-text.ts'
import { type Block, blocksOf } from './blocks.ts'

/** What stands between one heading and the next. */
export interface Section {
  /** Its own heading last. */
  headings: string[]
  /** The section around it; -1 outside all. */
  parent: number
  depth: number
  /** With its heading, if it has one. */
  blocks: Block[]
}

const LONGEST_HEADING = 300

/** The document's sections in their order; its title, when it begins with that, is no heading of others. */
export function sectionsOf(markdown: string, title: string): Section[] {
  const sections: Section[] = []
  const open: number[] = []
  let titled = false
  for (const block of blocksOf(markdown)) {
    const last = sections.at(-1)
    if (block.kind !== 'heading' || block.depth === undefined) {
      if (last) last.blocks.push(block)
      else sections.push({ headings: [], parent: -1, depth: 0, blocks: [block] })
      continue
    }
    const depth = block.depth
    while (open.length > 0 && (sections[open.at(-1) ?? 0]?.depth ?? 0) >= depth) open.pop()
    const parent = open.at(-1) ?? -1
    const words = cutText(plainText(markdown.slice(block.start, block.end)), LONGEST_HEADING)
    const isTitle: boolean = !titled && depth === 1 && same(words, title)
    titled ||= isTitle
    const above = sections[parent]?.headings ?? []
    open.push(sections.length)
    sections.push({
      headings: isTitle || words === '' ? above : [...above, words],
      parent,
      depth,
      blocks: [block],
    })
  }
  return sections
}

const same = (a: string, b: string) => a.replace(/\s+/g, ' ').trim() === b.replace(/\s+/g, ' ').trim()
