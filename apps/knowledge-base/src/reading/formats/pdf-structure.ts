import type { NodeOf, Root } from '../tree.ts'
import type { PdfLine } from './pdf-lines.ts'

const BULLET = /^[•◦▪▫●○‣⁃∙]\s*/
const LONGEST_HEADING = 200
const DEEPEST = 4

/** Headings, paragraphs and bullet lists, as far as sizes and distances of lines tell. */
export function structureOf(lines: readonly PdfLine[]): Root {
  const levels = headingLevels(lines)
  const children: Root['children'] = []
  for (const block of blocksOf(lines, levels)) {
    const text = joined(block.lines)
    if (block.level) children.push(heading(text, block.level))
    else if (BULLET.test(text)) addItem(children, text.replace(BULLET, ''))
    else children.push(paragraph(text))
  }
  return { type: 'root', children }
}

interface Block {
  level: number
  lines: PdfLine[]
}

function blocksOf(lines: readonly PdfLine[], levels: ReadonlyMap<number, number>): Block[] {
  const usual = usualGap(lines)
  const blocks: Block[] = []
  for (const [index, line] of lines.entries()) {
    const level = line.text.length <= LONGEST_HEADING ? (levels.get(sizeOf(line)) ?? 0) : 0
    const last = blocks.at(-1)
    const previous = lines[index - 1]
    if (
      last &&
      previous &&
      last.level === level &&
      !BULLET.test(line.text) &&
      goesOn(previous, line, usual)
    ) {
      last.lines.push(line)
    } else {
      blocks.push({ level, lines: [line] })
    }
  }
  return blocks
}

function goesOn(previous: PdfLine, line: PdfLine, usual: number): boolean {
  const gap = previous.y - line.y
  const elsewhere = line.page !== previous.page || gap < 0
  // At the top of a page or column a sentence that has not ended goes on.
  if (elsewhere) return sizeOf(line) === sizeOf(previous) && !/[.!?:;”"»)]$/.test(previous.text)
  return gap <= Math.max(usual, line.size) * 1.35
}

/** The distance that most neighbours of one size have. */
function usualGap(lines: readonly PdfLine[]): number {
  const gaps = new Map<number, number>()
  for (const [index, line] of lines.entries()) {
    const previous = lines[index - 1]
    const beside = previous?.page === line.page && sizeOf(previous) === sizeOf(line)
    const gap = beside ? Math.round((previous.y - line.y) * 2) / 2 : 0
    if (gap > 0 && gap < line.size * 2.5) gaps.set(gap, (gaps.get(gap) ?? 0) + 1)
  }
  return most(gaps) ?? 0
}

/** Sizes that are clearly larger than that of most text, the largest being level 1. */
function headingLevels(lines: readonly PdfLine[]): Map<number, number> {
  const characters = new Map<number, number>()
  for (const line of lines)
    characters.set(sizeOf(line), (characters.get(sizeOf(line)) ?? 0) + line.text.length)
  const body = most(characters) ?? 0
  const larger = [...characters.keys()].filter((size) => size >= body * 1.15).sort((a, b) => b - a)
  return new Map(larger.map((size, index) => [size, Math.min(index + 1, DEEPEST)]))
}

const sizeOf = ({ size }: PdfLine) => Math.round(size * 2) / 2

/** The number counted most often, the smallest of several. */
function most(counts: ReadonlyMap<number, number>): number | undefined {
  const [best] = [...counts].sort(([a, first], [b, second]) => second - first || a - b)
  return best?.[0]
}

function joined(lines: readonly PdfLine[]): string {
  let text = ''
  for (const line of lines) {
    if (/\p{L}-$/u.test(text) && /^\p{Ll}/u.test(line.text)) text = text.slice(0, -1) + line.text
    else text += text === '' ? line.text : ` ${line.text}`
  }
  return text
}

const paragraph = (value: string): NodeOf<'paragraph'> => ({
  type: 'paragraph',
  children: [{ type: 'text', value }],
})

function heading(value: string, level: number): NodeOf<'heading'> {
  // Levels are counted up to DEEPEST.
  return { type: 'heading', depth: level as NodeOf<'heading'>['depth'], children: [{ type: 'text', value }] }
}

function addItem(blocks: Root['children'], text: string): void {
  const last = blocks.at(-1)
  const list: NodeOf<'list'> =
    last?.type === 'list' ? last : { type: 'list', ordered: false, spread: false, children: [] }
  if (list !== last) blocks.push(list)
  list.children.push({ type: 'listItem', spread: false, children: text === '' ? [] : [paragraph(text)] })
}
