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
  return partsOf(ast).map((part) => serialize(part))
}

/**
 * The part of an expression that is decided without arguments, where the rest never is: then asking the rest would only
 * make an error, which costs more than all else. Undefined where the rest may be decided, too.
 */
export function withoutArguments(ast: ASTNode): string | undefined {
  const parts = partsOf(ast)
  const reading = parts.filter(readsArguments)
  if (reading.length === 0 || !reading.some(isAlwaysAsked)) return undefined
  const early = parts.filter((part) => !readsArguments(part))
  return early.length === 0 ? 'true' : early.map((part) => `(${serialize(part)})`).join(' && ')
}

function partsOf(ast: ASTNode): ASTNode[] {
  if (ast.op !== '&&') return [ast]
  const [left, right] = ast.args
  return [...partsOf(left), ...partsOf(right)]
}

function readsArguments(node: ASTNode): boolean {
  return (node.op === 'id' && node.args === 'args') || childrenOf(node).some(readsArguments)
}

/** Whether nothing in it could be answered without looking at all of it. */
function isAlwaysAsked(node: ASTNode): boolean {
  const isBranch = node.op === '&&' || node.op === '||' || node.op === '?:'
  const isLoop = node.op === 'rcall' && LOOPS.has(node.args[0])
  return !isBranch && !isLoop && childrenOf(node).every(isAlwaysAsked)
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
