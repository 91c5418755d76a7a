import { InvalidError } from '@atoll/errors'
import type { Heading, Root } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { cleanLine } from './clean-text.ts'
import type { Extracted } from './extracted.ts'
import { extensionOf, readableName } from './file-name.ts'
import { type Content, formatOf } from './formats.ts'
import { checkMagic } from './magic.ts'
import { writeMarkdown } from './markdown.ts'
import { tidyTree } from './tidy-tree.ts'

const LONGEST_TITLE = 300
/** Characters of Markdown: some thousands of pages. */
const LONGEST = 3_000_000

/**
 * Read a Markdown, HTML, text, PDF or DOCX file into plain Markdown; `name` says by its ending which one it is.
 * Throws InvalidError with a reason that begins with "It" when the file cannot be read.
 * What a hostile file can cost is bounded only inside `createReader`.
 */
export async function readDocument(
  bytes: Uint8Array,
  name: string,
  { signal }: { signal: AbortSignal },
): Promise<Extracted> {
  const format = formatOf(extensionOf(name))
  checkMagic(bytes, format)
  const read = await format.reader()
  signal.throwIfAborted()
  return await orInvalid(format.title, async () => extract(await read(bytes, { signal }), name))
}

function extract({ tree, about = {}, title: named }: Content, name: string): Extracted {
  const tidied = tidyTree(tree)
  const markdown = writeMarkdown(tidied).trim()
  if (markdown.length > LONGEST) {
    throw new InvalidError(
      `It has more than ${LONGEST / 1e6} million characters. Split it into several files.`,
    )
  }
  const title = [about.title, firstHeading(tidied), named].find(
    (candidate) => candidate && cleanLine(candidate),
  )
  return {
    ...about,
    title: title ? cleanLine(title).slice(0, LONGEST_TITLE) : readableName(name),
    markdown,
  }
}

function firstHeading({ children }: Root): string | undefined {
  const heading = children.find((node): node is Heading => node.type === 'heading' && node.depth === 1)
  return heading && textOf(heading)
}

async function orInvalid<T>(format: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof InvalidError || isAbort(cause)) throw cause
    if (isStackOverflow(cause))
      throw new InvalidError('It is nested too deeply, or too large, to be read.', { cause })
    throw new InvalidError(`It cannot be read as ${format}: it is damaged, or something else.`, { cause })
  }
}

const isAbort = (error: unknown) => error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name)
const isStackOverflow = (error: unknown) => error instanceof RangeError && /call stack/.test(error.message)
