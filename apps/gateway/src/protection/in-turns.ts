import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Steps } from '@atoll/protection'

/** Do work whose pieces are short, and let others have their turn after each: a large answer holds up nobody else. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  let step = steps.next()
  while (!step.done) {
    await nextTurn()
    step = steps.next()
  }
  return step.value
}

/** Do it at once where it is short; returns false for what takes more pieces than everybody should wait for. */
export function atOnce(steps: Steps<void>, most: number): boolean {
  for (let piece = 0; piece < most; piece++) if (steps.next().done) return true
  return false
}
