import { InvalidError } from '@atoll/errors'
import { getDocument, PasswordException, type PDFDocumentProxy, VerbosityLevel } from 'unpdf/pdfjs'
import { linesOf, type PdfLine, withoutRunningHeads } from './pdf-lines.ts'
import { structureOf } from './pdf-structure.ts'
import type { Content } from './readers.ts'

const MOST_PAGES = 5_000

/** The text of a PDF. Its scripts, actions, forms, fonts, images and embedded files are never run or opened. */
export async function readPdf(bytes: Uint8Array, { signal }: { signal: AbortSignal }): Promise<Content> {
  const loading = getDocument({
    // The parser takes what it is given over.
    data: new Uint8Array(bytes),
    verbosity: VerbosityLevel.ERRORS,
    enableXfa: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWasm: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    maxImageSize: 0,
  })
  try {
    const document = await loading.promise.catch(refusePassword)
    const { numPages } = document
    if (numPages > MOST_PAGES) {
      throw new InvalidError(`It says it has ${numPages} pages; at most ${MOST_PAGES} are read. Split it.`)
    }
    const lines = await allLines(document, signal)
    if (lines.length === 0) {
      throw new InvalidError('It has no text, as scans do. Run text recognition (OCR) on it first.')
    }
    return { tree: structureOf(withoutRunningHeads(lines, numPages)) }
  } finally {
    await loading.destroy()
  }
}

async function allLines(document: PDFDocumentProxy, signal: AbortSignal): Promise<PdfLine[]> {
  const lines: PdfLine[] = []
  for (let number = 1; number <= document.numPages; number += 1) {
    signal.throwIfAborted()
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    for (const line of linesOf(
      items.filter((item) => 'str' in item),
      number,
    ))
      lines.push(line)
    page.cleanup()
  }
  return lines
}

function refusePassword(cause: unknown): never {
  if (!(cause instanceof PasswordException)) throw cause
  throw new InvalidError('It is encrypted. Save it without a password.', { cause })
}
