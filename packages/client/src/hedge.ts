import type { Instance } from './instance.ts'
import type { Result } from './options.ts'
import { RecentQuantile } from './recent-quantile.ts'
import { Revocable } from './revocable.ts'
import type { Flight } from './sender.ts'

/** Nobody notices what is saved below this, and a pause of the process must not look like a slow server. Milliseconds. */
const SHORTEST_DELAY = 20
/** Milliseconds that the timer may be late: a process that has no time itself must not take others for slow. */
const LATE = 10

/** When a second instance is asked: once a request takes longer than 95 of 100 do. */
export class HedgeDelay {
  readonly #p95 = new RecentQuantile(0.95)

  /** Milliseconds; undefined until enough requests were answered. */
  get value(): number | undefined {
    const { value } = this.#p95
    return value === undefined ? undefined : Math.max(SHORTEST_DELAY, Math.round(value))
  }

  /** A request was answered after so many milliseconds. */
  add(milliseconds: number): void {
    this.#p95.add(milliseconds)
  }
}

export interface Hedging {
  readonly flight: Flight
  readonly first: Instance
  /** Milliseconds. */
  readonly delay: number
  /** The instance to ask beside the first; undefined where there is none, or none may be asked. */
  another(): Instance | undefined
  /** The second one was quicker. */
  onWin(): void
}

/**
 * Ask one instance, and another beside it when it takes long: the first answer counts, and the other request is called
 * off. Only for what may be done twice. Rejects as the first does when neither answers.
 */
export function hedged({ flight, first, delay, another, onWin }: Hedging): Promise<Result> {
  return new Promise((resolve, reject) => {
    const { signal } = flight.options
    const running: Revocable[] = []
    let failed: { error: unknown } | undefined
    let open = 0
    let isOver = false
    const end = (winner: Revocable | undefined) => {
      clearTimeout(timer)
      for (const each of running) {
        each.release()
        if (each !== winner) each.revoke(NOT_NEEDED)
      }
    }
    const ask = (instance: Instance, options: Flight['options']) => {
      const own = new Revocable(signal)
      running.push(own)
      open++
      instance.attempt({ ...flight, options: { ...options, signal: own } }).then(
        (result) => {
          // Not whether it was called off: that may happen when the answer is there already.
          if (isOver) return
          isOver = true
          if (running[0] !== own) onWin()
          end(own)
          resolve(result)
        },
        (error: unknown) => {
          open--
          failed ??= { error }
          if (open > 0) return
          end(undefined)
          reject(failed.error)
        },
      )
    }
    let timer: NodeJS.Timeout
    const wait = () => {
      const due = performance.now() + delay
      timer = setTimeout(() => {
        if (performance.now() > due + LATE) return wait()
        const second = another()
        // What is told under way is told once.
        if (second) ask(second, { ...flight.options, onNotification: undefined })
      }, delay)
    }
    wait()
    ask(first, flight.options)
  })
}

const NOT_NEEDED = new Error('another instance was quicker')
