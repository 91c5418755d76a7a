export interface PdfText {
  text: string
  size?: number
  x?: number
  y: number
}

interface PdfOptions {
  pages: readonly (readonly PdfText[])[]
  /** Entries of the catalogue, as PDF syntax. */
  catalog?: string
  /** Entries of the trailer, as PDF syntax. */
  trailer?: string
  /** Further objects, from number 4 on. */
  objects?: readonly string[]
  /** How many pages it says it has, if that is not the truth. */
  claimed?: number
}

/** A PDF written by hand: text in Helvetica at given places and sizes. */
export function buildPdf({
  pages,
  catalog = '',
  trailer = '',
  objects = [],
  claimed,
}: PdfOptions): Uint8Array {
  const first = 4 + objects.length
  const kids = pages.map((_, index) => `${first + 2 * index} 0 R`).join(' ')
  const all = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${claimed ?? pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...objects,
    ...pages.flatMap((texts, index) => pageObjects(texts, first + 2 * index)),
  ]
  let body = '%PDF-1.7\n'
  const offsets = all.map((object, index) => {
    const offset = body.length
    body += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const table = `xref\n0 ${all.length + 1}\n0000000000 65535 f \n${entries}`
  const end = `trailer\n<< /Size ${all.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.from(body + table + end, 'latin1')
}

/** Lines of one size from the top of a page. */
export function lines(texts: readonly string[], { size = 11, top = 700 } = {}): PdfText[] {
  return texts.map((text, index) => ({ text, size, y: top - index * size * 1.2 }))
}

function pageObjects(texts: readonly PdfText[], number: number): string[] {
  const content = texts
    .map(
      ({ text, size = 11, x = 72, y }) => `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escaped(text)}) Tj ET`,
    )
    .join('\n')
  const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${number + 1} 0 R >>`
  return [page, `<< /Length ${content.length} >>\nstream\n${content}\nendstream`]
}

const escaped = (text: string) => text.replace(/[\\()]/g, '\\$&')
