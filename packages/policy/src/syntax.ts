import type { ASTNode } from '@marcbachmann/cel-js'
import { serialize } from '@marcbachmann/cel-js/serialize'
import type { SubjectField } from './facts.ts'

/** Walk over every element of a list. */
const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

const FIELDS: readonly SubjectField[] = ['subject', 'tenant', 'roles', 'scopes', 'client', 'issuer', 'actor']

export interface Inspected {
  readonly readsArguments: boolean
  readonly reads: ReadonlySet<SubjectField>
}

/**
 * What an expression looks at. Calls `refuse` for what could take long on a caller's input: regular expressions, which
 * JavaScript matches by trying, loops in loops, and values that grow.
 */
export function inspect(ast: ASTNode, refuse: (message: string) => never): Inspected {
  const reads = new Set<SubjectField>()
  let readsArguments = false
  const visit = (node: ASTNode, isInLoop: boolean): void => {
    const called = node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined
    if (called === 'matches')
      refuse('matches() is not for policies; use startsWith(), endsWith(), contains() or ==')
    if (called === 'bind') refuse('cel.bind() is not for policies; write out what it stands for')
    const isLoop = node.op === 'rcall' && LOOPS.has(node.args[0])
    if (isLoop && isInLoop) refuse(`${called}() stands inside another loop; write it without one`)
    if (node.op === 'id' && node.args === 'args') readsArguments = true
    if (node.op === 'id' && node.args === 'principal') for (const field of FIELDS) reads.add(field)
    const field = fieldOfPrincipal(node)
    if (field) reads.add(field)
    else for (const child of childrenOf(node)) visit(child, isInLoop || isLoop)
  }
  visit(ast, false)
  return { readsArguments, reads }
}

/** The parts joined by `&&` at the top, each as text. */
export function conjuncts(ast: ASTNode): string[] {
  if (ast.op !== '&&') return [serialize(ast)]
  const [left, right] = ast.args
  return [...conjuncts(left), ...conjuncts(right)]
}

function fieldOfPrincipal(node: ASTNode): SubjectField | undefined {
  if (node.op !== '.') return undefined
  const [of, name] = node.args
  return of.op === 'id' && of.args === 'principal' ? FIELDS.find((field) => field === name) : undefined
}

function childrenOf(node: ASTNode): ASTNode[] {
  return nodesIn(node.args)
}

function nodesIn(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn)
  return isNode(value) ? [value] : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
