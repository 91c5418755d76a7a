/** What a file says, apart from how its format says it. */
export interface Extracted {
  title: string
  /** Plain Markdown without raw HTML: headings, paragraphs, lists, tables, quotes, code. */
  markdown: string
  /** Of the front matter, where the file has some. */
  category?: string
  visibility?: 'public' | 'internal' | 'confidential'
  groups?: string[]
  /** ISO 8601, as the document itself says. */
  updated?: string
}

/** A part of a document that is found, shown and cited on its own. */
export interface Passage {
  /** From 0. */
  position: number
  /** Headings above it, outermost first; without the document's title. */
  headings: string[]
  /** Markdown. */
  text: string
}
