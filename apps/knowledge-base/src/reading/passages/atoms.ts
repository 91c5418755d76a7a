import type { Block } from './blocks.ts'
import { sentenceEnds } from './sentence-ends.ts'

/** A stretch of text that stays in one passage. */
export interface Atom {
  start: number
  end: number
  /** Set on a part of code that is divided: the marks to put around it. */
  fence?: string
  /** The first or last part of its block. */
  opens: boolean
  closes: boolean
}

/** Places where `text` may be divided, from 1 up to its length - 1, each the start of a part. */
type Cuts = (text: string, longest: number) => number[]

const CUTS: Readonly<Record<Block['kind'], readonly Cuts[]>> = {
  heading: [wordStarts, anywhere],
  item: [nestedItems, lineStarts, sentenceEnds, wordStarts, anywhere],
  table: [tableRows, wordStarts, anywhere],
  quote: [lineStarts, sentenceEnds, wordStarts, anywhere],
  code: [lineStarts, anywhere],
  paragraph: [sentenceEnds, wordStarts, anywhere],
}

/** The block whole, or divided where it hurts least into parts of at most `longest` characters. */
export function atomsOf(markdown: string, block: Block, longest: number): Atom[] {
  const { start, end, fence } = block
  if (end - start <= longest) return [{ start, end, opens: true, closes: true }]
  const parts = divide(markdown, start, end, CUTS[block.kind], longest)
  return parts.map((part, index) => ({
    ...part,
    ...(fence && { fence }),
    opens: index === 0,
    closes: index === parts.length - 1,
  }))
}

interface Range {
  start: number
  end: number
}

function divide(text: string, start: number, end: number, ways: readonly Cuts[], longest: number): Range[] {
  const [way, ...others] = ways
  if (!way || end - start <= longest) return [{ start, end }]
  const cuts = way(text.slice(start, end), longest)
  const starts = [0, ...cuts].map((cut) => start + cut)
  return starts.flatMap((from, index) => divide(text, from, starts[index + 1] ?? end, others, longest))
}

function matchStarts(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: found }) => index + found.length).filter(
    (cut) => cut > 0 && cut < text.length,
  )
}

function lineStarts(text: string): number[] {
  return matchStarts(text, /\n/g)
}

/** A table's head goes with its first row. */
function tableRows(text: string): number[] {
  return lineStarts(text).slice(2)
}

function nestedItems(text: string): number[] {
  const nested = [...text.matchAll(/\n( +)(?=(?:[-*+]|\d{1,9}[.)])\s)/g)]
  const least = nested.reduce((indent, [, spaces = '']) => Math.min(indent, spaces.length), Infinity)
  return nested.filter(([, spaces = '']) => spaces.length === least).map(({ index }) => index + 1)
}

function wordStarts(text: string): number[] {
  return matchStarts(text, /\s+/g)
}

function anywhere(text: string, longest: number): number[] {
  const cuts: number[] = []
  for (let at = longest; at < text.length; at += longest) {
    // Never between the halves of a character.
    if (/[\uDC00-\uDFFF]/.test(text[at] ?? '')) at -= 1
    cuts.push(at)
  }
  return cuts
}
