import { InvalidError } from '@atoll/errors'

/** A kind of file that can be read. */
export interface Format {
  id: 'markdown' | 'html' | 'text' | 'pdf' | 'docx'
  title: string
  /** What `checkMagic` must or may find at the start of such a file. */
  magic?: 'PDF' | 'ZIP or Office'
}

const markdown: Format = { id: 'markdown', title: 'Markdown' }
const html: Format = { id: 'html', title: 'HTML' }

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['md', markdown],
  ['markdown', markdown],
  ['html', html],
  ['htm', html],
  ['txt', { id: 'text', title: 'text' }],
  ['pdf', { id: 'pdf', title: 'PDF', magic: 'PDF' }],
  ['docx', { id: 'docx', title: 'DOCX', magic: 'ZIP or Office' }],
])

/** Endings, without the dot, of the files that can be read. */
export const EXTENSIONS: ReadonlySet<string> = new Set(FORMATS.keys())

/** Throws InvalidError for an ending that is not known. */
export function formatOf(extension: string): Format {
  const format = FORMATS.get(extension)
  if (format) return format
  throw new InvalidError(`Its kind is not known. Give it one of the endings ${[...EXTENSIONS].join(', ')}.`)
}
