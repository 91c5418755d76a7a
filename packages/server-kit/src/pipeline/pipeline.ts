import { audit } from './audit.ts'
import { authorize } from './authorize.ts'
import { boundTime } from './bound-time.ts'
import { checkOutput } from './check-output.ts'
import type { Item, Kit, Next, Step } from './invocation.ts'
import { keepTime } from './keep-time.ts'
import { limitRate } from './limit-rate.ts'
import { readCache } from './read-cache.ts'
import { readInput } from './read-input.ts'
import { trace } from './trace.ts'

/** What happens to every call of every tool, resource and prompt, whatever it came in on; outermost first. */
export const pipeline: readonly Step[] = [
  trace,
  audit,
  authorize,
  limitRate,
  readInput,
  keepTime,
  readCache,
  boundTime,
  checkOutput,
]

/** Fold the steps around an item's handler, once, at start. */
export function compose(item: Item, kit: Kit): Next {
  const handler: Next = async (invocation) => item.run(invocation) as Awaited<ReturnType<Next>>
  return pipeline.reduceRight((next, step) => step(item, kit, next), handler)
}
