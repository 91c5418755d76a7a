import { InvalidError } from '@atoll/errors'
import { toString as textOf } from 'mdast-util-to-string'
import { cleanLine, cutText } from './clean-text.ts'
import type { Extracted } from './extracted.ts'
import { extensionOf, readableName } from './file-name.ts'
import { type Content, READERS } from './formats/readers.ts'
import { formatOf } from './formats.ts'
import { checkLength } from './longest.ts'
import { checkMagic } from './magic.ts'
import { writeMarkdown } from './markdown.ts'
import { tidyTree } from './tidy-tree.ts'
import type { NodeOf, Root } from './tree.ts'

const LONGEST_TITLE = 300

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
  const read = await READERS[format.id]()
  signal.throwIfAborted()
  return await orInvalid(format.title, async () => extract(await read(bytes, { signal }), name))
}

function extract({ tree, about = {}, title: named }: Content, name: string): Extracted {
  const tidied = tidyTree(tree)
  const markdown = checkLength(writeMarkdown(tidied).trim())
  const title = [about.title, firstHeading(tidied), named].find(
    (candidate) => candidate && cleanLine(candidate),
  )
  return {
    ...about,
    title: title ? cutText(cleanLine(title), LONGEST_TITLE) : readableName(name),
    markdown,
  }
}

function firstHeading({ children }: Root): string | undefined {
  const heading = children.find(
    (node): node is NodeOf<'heading'> => node.type === 'heading' && node.depth === 1,
  )
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
