import { decodeText } from '../decode-text.ts'
import type { Content } from '../formats.ts'
import { treeOfHtml } from './html-tree.ts'

export function readHtml(bytes: Uint8Array): Content {
  return treeOfHtml(decodeText(bytes))
}
