import { TimeoutError } from '@atoll/errors'
import { milliseconds } from '../define/units.ts'
import { Countdown } from './countdown.ts'
import type { Step } from './invocation.ts'

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
      const countdown = new Countdown(limit, expire)
      invocation.deadline = countdown
      const unlink = invocation.caller.onAbort((reason) => cancellation.abort(reason))
      const unlisten = cancellation.onAbort((reason) => {
        countdown.stop()
        unlink()
        reject(reason)
      })
      const settle = () => {
        countdown.stop()
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
