export const VISIBILITIES = ['public', 'internal', 'confidential'] as const

/** What a file says, apart from how its format says it. */
export interface Extracted {
  title: string
  /** Plain Markdown without raw HTML or images: headings, paragraphs, lists, tables, quotes, code. */
  markdown: string
  /** Of the front matter, where the file has some. */
  category?: string
  visibility?: (typeof VISIBILITIES)[number]
  groups?: string[]
  /** ISO 8601, as the document itself says. */
  updated?: string
}

/** A part of a document that is found, shown and cited on its own. */
export interface Passage {
  /** From 0. */
  position: number
  /** Headings above it and its own, outermost first; without the document's title. */
  headings: string[]
  /** Markdown, with the lines of the headings that begin in it. */
  text: string
}

/** A passage, and its text without Markdown: what is searched and quoted. */
export interface PlainPassage extends Passage {
  plain: string
}

/** A document and what it is divided into. */
export interface Reading extends Extracted {
  passages: PlainPassage[]
}
