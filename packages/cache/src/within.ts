/** A timer this late means that the thread stood still, so nobody could have answered. */
const STANDSTILL = 50

/**
 * `work`, or a rejection when it takes longer. Only time in which this process could listen counts: after a pause
 * of its own the clock starts anew, and the verdict waits until what has arrived meanwhile is read, because timers
 * run before sockets.
 */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout
    const late = () => reject(new Error(`Redis did not answer within ${milliseconds} ms`))
    const arm = () => {
      const due = performance.now() + milliseconds
      timer = setTimeout(() => {
        if (performance.now() - due > STANDSTILL) arm()
        else setImmediate(late)
      }, milliseconds)
    }
    arm()
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
