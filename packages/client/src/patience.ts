import type { Cancellable } from './cancellable.ts'
import { LONGEST_TIMER } from './longest-timer.ts'
import { Revocable } from './revocable.ts'

/** The time of one request, whatever is sent for it: called off when it is over, and with its parent. */
export class Patience extends Revocable {
  #timer: NodeJS.Timeout
  #isOver = false

  /** Where it is not their turn when the time is over, it begins anew. Milliseconds. */
  constructor(timeout: number, isTheirTurn: () => boolean, parent: Cancellable | undefined) {
    super(parent)
    const start = (): NodeJS.Timeout =>
      setTimeout(
        () => {
          if (isTheirTurn()) this.#end()
          else this.#timer = start()
        },
        Math.min(timeout, LONGEST_TIMER),
      )
    this.#timer = start()
  }

  /** Whether it was called off because its time is over. */
  get isOver(): boolean {
    return this.#isOver
  }

  override release(): void {
    clearTimeout(this.#timer)
    super.release()
  }

  #end(): void {
    this.#isOver = !this.aborted
    this.revoke(undefined)
  }
}
