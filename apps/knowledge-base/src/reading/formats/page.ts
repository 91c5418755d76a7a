import type { fromParse5 } from 'hast-util-from-parse5'

type Nodes = ReturnType<typeof fromParse5>

/** An HTML page as a tree (hast). */
export type Page = Extract<Nodes, { type: 'root' }>
/** Any node in it. */
export type PageContent = Page['children'][number]
export type PageElement = Extract<PageContent, { type: 'element' }>

export function pageOf(nodes: Nodes): Page {
  return nodes.type === 'root' ? nodes : { type: 'root', children: [nodes] }
}
