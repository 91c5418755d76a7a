import type { fromMarkdown } from 'mdast-util-from-markdown'

/** A Markdown document as a tree (mdast). */
export type Root = ReturnType<typeof fromMarkdown>
/** Anything in it. */
export type TreeNode = Root['children'][number]
export type NodeOf<Type extends TreeNode['type']> = Extract<TreeNode, { type: Type }>
