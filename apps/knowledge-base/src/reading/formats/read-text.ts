import { decodeText } from '../decode-text.ts'
import { checkLength } from '../longest.ts'
import type { Content } from './readers.ts'

/** Plain text: paragraphs are parted by empty lines, and nothing in them is Markdown. */
export function readText(bytes: Uint8Array): Content {
  const paragraphs = checkLength(decodeText(bytes))
    .split(/\n(?:[ \t]*\n)+/)
    .map((paragraph) => paragraph.replace(/^[ \t]+|[ \t]+$/gm, '').trim())
    .filter((paragraph) => paragraph !== '')
  return {
    tree: {
      type: 'root',
      children: paragraphs.map((value) => ({ type: 'paragraph', children: [{ type: 'text', value }] })),
    },
  }
}
