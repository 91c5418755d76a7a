import { decodeText } from '../decode-text.ts'
import { treeOfHtml } from './html-tree.ts'
import type { Content } from './readers.ts'

export function readHtml(bytes: Uint8Array): Content {
  return treeOfHtml(decodeText(bytes))
}
