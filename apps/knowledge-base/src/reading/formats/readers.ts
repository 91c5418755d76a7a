import type { Root } from 'mdast'
import type { Format } from '../formats.ts'
import type { FrontMatter } from '../front-matter.ts'

/** What a format's reader finds, not yet tidied. */
export interface Content {
  tree: Root
  about?: FrontMatter
  /** A title that is not part of the text. */
  title?: string
}

export type ReadFormat = (bytes: Uint8Array, options: { signal: AbortSignal }) => Content | Promise<Content>

/** Each is loaded when first needed; the parser of PDF alone is larger than all others together. */
export const READERS: Readonly<Record<Format['id'], () => Promise<ReadFormat>>> = {
  markdown: async () => (await import('./read-markdown.ts')).readMarkdown,
  html: async () => (await import('./read-html.ts')).readHtml,
  text: async () => (await import('./read-text.ts')).readText,
  pdf: async () => (await import('./read-pdf.ts')).readPdf,
  docx: async () => (await import('./read-docx.ts')).readDocx,
}
