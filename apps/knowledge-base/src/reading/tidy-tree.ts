import { cleanLine, cleanText } from './clean-text.ts'
import { safeLink } from './safe-link.ts'
import type { NodeOf, Root, TreeNode } from './tree.ts'

const LANGUAGE = /^[\w+#.-]{1,40}$/

/**
 * The tree with text, structure and harmless links only: no raw HTML, no images (but what they are described as),
 * no invisible characters, references resolved.
 */
export function tidyTree(tree: Root): Root {
  const definitions = new Map<string, NodeOf<'definition'>>()
  collect(tree, definitions)
  return { type: 'root', children: tidyAll(tree.children, definitions, false) }
}

type Definitions = ReadonlyMap<string, NodeOf<'definition'>>

function collect(node: Root | TreeNode, definitions: Map<string, NodeOf<'definition'>>): void {
  if (node.type === 'definition' && !definitions.has(node.identifier)) definitions.set(node.identifier, node)
  if ('children' in node) for (const child of node.children) collect(child, definitions)
}

function tidyAll(nodes: readonly TreeNode[], definitions: Definitions, oneLine: boolean): TreeNode[] {
  const tidied: TreeNode[] = []
  for (const node of nodes) {
    for (const next of tidy(node, definitions, oneLine)) {
      const last = tidied.at(-1)
      if (next.type === 'text' && last?.type === 'text') last.value += next.value
      else tidied.push(next)
    }
  }
  return tidied
}

function tidy(node: TreeNode, definitions: Definitions, oneLine: boolean): TreeNode[] {
  switch (node.type) {
    case 'html':
    case 'yaml':
    case 'definition':
      return []
    case 'image':
    case 'imageReference':
      return text(node.alt ?? '', true)
    case 'text':
      return text(node.value, oneLine)
    case 'inlineCode':
      return cleanLine(node.value) === '' ? [] : [{ type: 'inlineCode', value: cleanLine(node.value) }]
    case 'break':
      return oneLine ? text(' ', true) : [{ type: 'break' }]
    case 'code':
      return [code(node.value, node.lang)]
    case 'footnoteReference':
      return [{ type: 'footnoteReference', identifier: label(node), label: label(node) }]
    case 'thematicBreak':
      return [{ type: 'thematicBreak' }]
    default:
      return parent(node, definitions, oneLine)
  }
}

type Parent = Extract<TreeNode, { children: unknown[] }>

function parent(node: Parent, definitions: Definitions, oneLine: boolean): TreeNode[] {
  const single = oneLine || node.type === 'heading' || node.type === 'tableCell'
  const tidied = tidyAll(node.children, definitions, single)
  const children = node.type === 'table' ? headed(tidied) : tidied
  if (children.length === 0 && node.type !== 'tableCell') return []
  if (node.type === 'link') return link(node.url, children)
  if (node.type === 'linkReference') return link(definitions.get(node.identifier)?.url ?? '', children)
  const { position: _, data: __, ...rest } = node
  const named = node.type === 'footnoteDefinition' ? { identifier: label(node), label: label(node) } : {}
  // Children of a kind are tidied into children of that kind, or fewer.
  return [{ ...rest, ...named, children } as TreeNode]
}

/** A table without a head has gained an empty one; its first row says more. */
function headed(rows: TreeNode[]): TreeNode[] {
  const [head, ...others] = rows
  const isEmpty = head?.type === 'tableRow' && head.children.every((cell) => cell.children.length === 0)
  return isEmpty && others.length > 0 ? others : rows
}

function link(address: string, children: TreeNode[]): TreeNode[] {
  const url = safeLink(cleanText(address))
  // Children of a link are phrasing.
  return url === undefined ? children : [{ type: 'link', url, children } as TreeNode]
}

function text(value: string, oneLine: boolean): TreeNode[] {
  const clean = oneLine ? cleanText(value).replace(/\s+/g, ' ') : cleanText(value)
  return clean === '' ? [] : [{ type: 'text', value: clean }]
}

function code(value: string, lang: string | null | undefined): TreeNode {
  const named = lang && LANGUAGE.test(lang) ? { lang } : {}
  return { type: 'code', ...named, value: cleanText(value) }
}

function label(node: { identifier: string; label?: string | null | undefined }): string {
  return cleanLine(node.label ?? node.identifier)
}
