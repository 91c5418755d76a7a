import { closingTicks, runLength } from '../code-span.ts'
import { skipDestination } from '../skip-destination.ts'

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** Where sentences of a paragraph begin, but for those inside a link or code that fits a passage. */
export function sentenceEnds(text: string, longest: number): number[] {
  const spans = spansOf(text).filter(({ start, end }) => end - start <= longest)
  const cuts: number[] = []
  let next = 0
  for (const { index } of segmenter.segment(text)) {
    while ((spans[next]?.end ?? Infinity) <= index) next += 1
    const inside = index > (spans[next]?.start ?? Infinity)
    if (index > 0 && !inside) cuts.push(index)
  }
  return cuts
}

interface Span {
  start: number
  end: number
}

/** Links and code, in their order. A Markdown parser's time would grow with the square of the brackets. */
function spansOf(text: string): Span[] {
  const spans: Span[] = []
  const brackets: number[] = []
  const unclosed = new Set<number>()
  const add = (span: Span) => {
    while ((spans.at(-1)?.start ?? -1) >= span.start) spans.pop()
    spans.push(span)
    return span.end
  }
  for (let at = 0; at < text.length; ) {
    const character = text[at]
    if (character === '\\') at += 2
    else if (character === '`') {
      const ticks = runLength(text, at)
      const end = closingTicks(text, at + ticks, ticks, unclosed)
      at = end < 0 ? at + ticks : add({ start: at, end: end + ticks })
    } else if (character === ']') {
      const start = brackets.pop()
      const end = start !== undefined && text[at + 1] === '(' ? skipDestination(text, at + 1) : -1
      at = start === undefined || end < 0 ? at + 1 : add({ start, end })
    } else {
      if (character === '[') brackets.push(at)
      at += 1
    }
  }
  return spans
}
