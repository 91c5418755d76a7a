import { parseMarkdown } from '../markdown.ts'

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** Where sentences of a paragraph begin, but for those inside a link, code or emphasis that fits a passage. */
export function sentenceEnds(text: string, longest: number): number[] {
  const spans = spansOf(text).filter(([start, end]) => end - start <= longest)
  const cuts: number[] = []
  let span = 0
  for (const { index } of segmenter.segment(text)) {
    while ((spans[span]?.[1] ?? Infinity) <= index) span += 1
    const inside = index > (spans[span]?.[0] ?? Infinity)
    if (index > 0 && !inside) cuts.push(index)
  }
  return cuts
}

/** Start and end of everything in a paragraph that is not mere text. */
function spansOf(text: string): [start: number, end: number][] {
  const paragraph = parseMarkdown(text).children[0]
  if (paragraph?.type !== 'paragraph') return []
  return paragraph.children.flatMap(({ type, position }) => {
    if (type === 'text' || position?.start.offset === undefined || position.end.offset === undefined)
      return []
    return [[position.start.offset, position.end.offset]]
  })
}
