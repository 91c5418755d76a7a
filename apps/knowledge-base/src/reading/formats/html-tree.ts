import { InvalidError } from '@atoll/errors'
import { fromParse5 } from 'hast-util-from-parse5'
import { toMdast } from 'hast-util-to-mdast'
import { defaultTreeAdapter, parse } from 'parse5'
import { dropUnseen } from './drop-unseen.ts'
import { type Page, type PageContent, pageOf } from './page.ts'
import type { Content } from './readers.ts'

/** Elements inside each other; the parser's time grows with the square of it. */
const DEEPEST = 256

/** What a reader of the page would see. Nothing in it is run or loaded. */
export function treeOfHtml(html: string): Content {
  const page = pageOf(fromParse5(parse(html, { scriptingEnabled: false, treeAdapter: shallow() })))
  const title = titleOf(page)
  const tree = toMdast(dropUnseen(page), { document: true })
  return {
    tree: tree.type === 'root' ? tree : { type: 'root', children: [tree] },
    ...(title !== undefined && { title }),
  }
}

function shallow(): typeof defaultTreeAdapter {
  let depth = 0
  return {
    ...defaultTreeAdapter,
    onItemPush() {
      depth += 1
      if (depth > DEEPEST)
        throw new InvalidError(`It has more than ${DEEPEST} HTML elements inside each other.`)
    },
    onItemPop() {
      depth -= 1
    },
  }
}

function titleOf(node: Page | PageContent): string | undefined {
  if (!('children' in node)) return undefined
  for (const child of node.children) {
    if (child.type !== 'element') continue
    if (child.tagName === 'title') {
      return child.children.map((text) => (text.type === 'text' ? text.value : '')).join('')
    }
    const found = ['html', 'head'].includes(child.tagName) ? titleOf(child) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
