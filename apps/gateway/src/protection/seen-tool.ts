import { type Definition, definitionOf, hashOf, suspicionsOf } from '@atoll/protection'
import type { Entry } from '../entry.ts'

/** A tool as its server lists it now. */
export interface SeenTool {
  readonly server: string
  readonly tool: string
  /** What callers call it. */
  readonly exposed: string
  readonly definition: Definition
  readonly hash: string
  /** Why it is not one to show to a model unseen. */
  readonly suspicions: readonly string[]
  /** Since when it is like this; milliseconds since the epoch. */
  readonly since: number
}

const known = new WeakMap<object, Pick<SeenTool, 'definition' | 'hash' | 'suspicions'>>()

/** Callers whose lists are their own are shown the same items again and again, so what is equal to before is not worked out again. */
export function seenTool(
  { server, original: tool, exposed, item }: Entry,
  before: SeenTool | undefined,
): SeenTool {
  const found = known.get(item) ?? read(item)
  known.set(item, found)
  if (before?.hash === found.hash) return before
  return { server, tool, exposed, ...found, since: Date.now() }
}

function read(item: Entry['item']) {
  const definition = definitionOf(item)
  return { definition, hash: hashOf(definition), suspicions: suspicionsOf(definition) }
}
