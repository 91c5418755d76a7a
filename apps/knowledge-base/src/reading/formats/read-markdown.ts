import { toHtml } from 'hast-util-to-html'
import { toHast } from 'mdast-util-to-hast'
import { decodeText } from '../decode-text.ts'
import { splitFrontMatter } from '../front-matter.ts'
import { checkLength } from '../longest.ts'
import { parseMarkdown } from '../markdown.ts'
import type { Root, TreeNode } from '../tree.ts'
import { treeOfHtml } from './html-tree.ts'
import type { Content } from './readers.ts'

const COMMENTS = /^\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)*$/

export function readMarkdown(bytes: Uint8Array): Content {
  const { about, body } = splitFrontMatter(checkLength(decodeText(bytes)))
  const tree = parseMarkdown(body)
  return { about, tree: hasHtml(tree) ? throughHtml(tree) : tree }
}

function hasHtml(node: Root | TreeNode): boolean {
  if (node.type === 'html') return !COMMENTS.test(node.value)
  return 'children' in node && node.children.some(hasHtml)
}

/** A tag may open in one block and close in another: only the whole page shows what a reader would see. */
function throughHtml(tree: Root): Root {
  const page = toHast(tree, { allowDangerousHtml: true, footnoteBackContent: '', clobberPrefix: '' })
  return treeOfHtml(toHtml(page, { allowDangerousHtml: true })).tree
}
