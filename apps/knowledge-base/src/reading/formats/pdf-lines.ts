/** A line as it stands on a page; sizes and places are in points, y grows upwards. */
export interface PdfLine {
  text: string
  size: number
  x: number
  y: number
  page: number
}

/** A piece of text as the PDF parser gives it. */
export interface PdfItem {
  str: string
  /** Scale, skew and place: [a, b, c, d, x, y]. */
  transform: readonly number[]
  hasEOL: boolean
}

/** Pieces of one page joined to lines, in the order in which the file has them, so that columns stay whole. */
export function linesOf(items: readonly PdfItem[], page: number): PdfLine[] {
  const lines: PdfLine[] = []
  let open: PdfLine | undefined
  for (const { str, transform, hasEOL } of items) {
    const [, , c = 0, d = 0, x = 0, y = 0] = transform
    const size = Math.hypot(c, d)
    if (open && str.trim() !== '' && Math.abs(y - open.y) > Math.max(size, open.size) / 2) open = undefined
    if (!open && str.trim() !== '') {
      open = { text: '', size, x, y, page }
      lines.push(open)
    }
    if (open) {
      open.text += str
      open.size = Math.max(open.size, str.trim() === '' ? 0 : size)
    }
    if (hasEOL) open = undefined
  }
  return lines.map((line) => ({ ...line, text: line.text.replace(/\s+/g, ' ').trim() }))
}

/** The lines without those that stand at one place of many pages: running heads and page numbers. */
export function withoutRunningHeads(lines: readonly PdfLine[], pages: number): PdfLine[] {
  const places = new Map<string, Set<number>>()
  for (const line of lines) {
    const on = places.get(placeOf(line)) ?? new Set()
    places.set(placeOf(line), on.add(line.page))
  }
  const many = Math.max(3, pages / 2)
  const rest = lines.filter((line) => (places.get(placeOf(line))?.size ?? 0) < many)
  // Where all pages are alike, that is what the document says.
  return rest.length > 0 ? rest : [...lines]
}

const placeOf = ({ text, y }: PdfLine) => `${Math.round(y)} ${text.replace(/\d+/g, '#')}`
