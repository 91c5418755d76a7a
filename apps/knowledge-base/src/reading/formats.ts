import { InvalidError } from '@atoll/errors'
import type { Root } from 'mdast'
import type { FrontMatter } from './front-matter.ts'

/** What a format's reader finds, not yet tidied. */
export interface Content {
  tree: Root
  about?: FrontMatter
  /** A title that is not part of the text. */
  title?: string
}

export type ReadFormat = (bytes: Uint8Array, options: { signal: AbortSignal }) => Content | Promise<Content>

export interface Format {
  title: string
  /** The kind of file, as `checkMagic` calls it, whose first bytes it may have. */
  magic?: 'PDF' | 'ZIP or Office'
  /** Parsers are loaded when first needed: PDF's alone are most of a second's work on a small machine. */
  reader(): Promise<ReadFormat>
}

const markdown: Format = {
  title: 'Markdown',
  reader: async () => (await import('./formats/read-markdown.ts')).readMarkdown,
}
const html: Format = { title: 'HTML', reader: async () => (await import('./formats/read-html.ts')).readHtml }

const FORMATS: Readonly<Record<string, Format>> = {
  md: markdown,
  markdown,
  html,
  htm: html,
  txt: { title: 'text', reader: async () => (await import('./formats/read-text.ts')).readText },
  pdf: { title: 'PDF', magic: 'PDF', reader: async () => (await import('./formats/read-pdf.ts')).readPdf },
  docx: {
    title: 'DOCX',
    magic: 'ZIP or Office',
    reader: async () => (await import('./formats/read-docx.ts')).readDocx,
  },
}

/** Endings, without the dot, of the files that can be read. */
export const EXTENSIONS: ReadonlySet<string> = new Set(Object.keys(FORMATS))

/** Throws InvalidError for an ending that is not known. */
export function formatOf(extension: string): Format {
  const format = EXTENSIONS.has(extension) ? FORMATS[extension] : undefined
  if (format) return format
  throw new InvalidError(`Its kind is not known. Give it one of the endings ${[...EXTENSIONS].join(', ')}.`)
}
