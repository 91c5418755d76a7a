/** Thrown where work was under way when the person stopped it. */
export class InterruptedError extends Error {
  constructor(signal: NodeJS.Signals) {
    super(`Stopped by ${signal}.`)
    this.name = 'InterruptedError'
  }
}

/** What Ctrl-C, SIGTERM and SIGHUP ask for. */
export interface Interrupts extends Disposable {
  /** Aborts on the first of them: stop in order. */
  readonly stop: AbortSignal
  /** Aborts on a later one: end everything now. */
  readonly kill: AbortSignal
}

/** One Ctrl-C arrives several times within moments: from the terminal, from npm and from the bootstrap. */
const SAME_PRESS = 700

export function listenForInterrupts(): Interrupts {
  const stop = new AbortController()
  const kill = new AbortController()
  let first = 0
  const listener = (signal: NodeJS.Signals) => {
    if (!stop.signal.aborted) {
      first = Date.now()
      stop.abort(new InterruptedError(signal))
    } else if (signal === 'SIGINT' && Date.now() - first > SAME_PRESS) {
      kill.abort(new InterruptedError(signal))
    }
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, listener)
  return {
    stop: stop.signal,
    kill: kill.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.removeListener(signal, listener)
    },
  }
}

/** Resolves when the signal aborts; the process lives until then. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const alive = setInterval(() => {}, 2 ** 30)
    const end = () => {
      clearInterval(alive)
      resolve()
    }
    signal.addEventListener('abort', end, { once: true })
  })
}
