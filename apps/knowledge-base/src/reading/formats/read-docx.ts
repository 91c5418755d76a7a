import mammoth from 'mammoth'
import { type DocxParts, openDocx } from './docx-parts.ts'
import { treeOfHtml } from './html-tree.ts'
import type { Content } from './readers.ts'

const STYLES = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"]

/** Headings, lists and tables of a Word file; its macros, images and embedded files are never opened. */
export async function readDocx(bytes: Uint8Array): Promise<Content> {
  const parts = await openDocx(bytes)
  const { value } = await mammoth.convertToHtml(asInput(parts), {
    styleMap: STYLES,
    includeEmbeddedStyleMap: false,
    externalFileAccess: false,
    // Only the description that Word keeps beside the image is wanted.
    convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
  })
  parts.throwRefusal()
  return treeOfHtml(value)
}

type Input = Parameters<typeof mammoth.convertToHtml>[0]

/** mammoth takes an opened package as `file`, which its types leave out. */
function asInput(file: DocxParts): Input {
  return { file } as unknown as Input
}
