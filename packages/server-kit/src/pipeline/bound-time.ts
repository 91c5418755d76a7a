import { TimeoutError } from '@atoll/errors'
import { milliseconds } from '../define/units.ts'
import type { Invocation, Step } from './invocation.ts'

/** A deadline for the handler, and an end when the caller goes away: both abort its signal. */
export const boundTime: Step = (item, _kit, next) => {
  const limit = milliseconds(item.limits.timeout)
  const mayHaveChanged = item.effect !== 'read'
  return (invocation) =>
    new Promise((resolve, reject) => {
      const { cancellation } = invocation
      const expire = () =>
        cancellation.abort(
          new TimeoutError(`${item.name} took longer than ${item.limits.timeout}.`, { mayHaveChanged }),
        )
      const clock = startClock(invocation, limit, expire)
      const unlink = invocation.caller.onAbort((reason) => cancellation.abort(reason))
      const unlisten = cancellation.onAbort((reason) => {
        clock.stop()
        unlink()
        reject(reason)
      })
      const settle = () => {
        clock.stop()
        unlink()
        unlisten()
      }
      next(invocation).then(
        (result) => {
          settle()
          resolve(result)
        },
        (error: unknown) => {
          settle()
          reject(error)
        },
      )
    })
}

function startClock(invocation: Invocation, limit: number, expire: () => void): { stop(): void } {
  let left = limit
  let started = performance.now()
  let timer: NodeJS.Timeout | undefined = setTimeout(expire, left)
  let stopped = false
  invocation.deadline.pause = () => {
    clearTimeout(timer)
    timer = undefined
    left -= performance.now() - started
  }
  invocation.deadline.resume = () => {
    if (stopped || timer) return
    started = performance.now()
    timer = setTimeout(expire, Math.max(0, left))
  }
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
