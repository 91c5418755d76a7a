import type { Format } from '../formats.ts'
import type { FrontMatter } from '../front-matter.ts'
import type { Root } from '../tree.ts'
import { readHtml } from './read-html.ts'
import { readMarkdown } from './read-markdown.ts'
import { readText } from './read-text.ts'

/** What a format's reader finds, not yet tidied. */
export interface Content {
  tree: Root
  about?: FrontMatter
  /** A title that is not part of the text. */
  title?: string
}

export type ReadFormat = (bytes: Uint8Array, options: { signal: AbortSignal }) => Content | Promise<Content>

/** The large parsers are loaded when first needed. */
export const READERS: Readonly<Record<Format['id'], () => Promise<ReadFormat>>> = {
  markdown: async () => readMarkdown,
  html: async () => readHtml,
  text: async () => readText,
  pdf: async () => (await import('./read-pdf.ts')).readPdf,
  docx: async () => (await import('./read-docx.ts')).readDocx,
}
