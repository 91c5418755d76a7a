import type { TaskState } from '../define/task.ts'
import type { Progress } from '../define/tool.ts'

const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2000

export interface Waiting {
  /** Undefined when it is no longer known. */
  find(): Promise<TaskState | undefined>
  /** Calls back when the task may have changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  progress(progress: Progress): void
  /** Told when looking failed, which is tried again. */
  onError(error: unknown): void
  /** Whether to wait no longer, whatever is left of `wait`. */
  isOver(): boolean
  /** Milliseconds. */
  wait: number
  signal: AbortSignal
}

/**
 * Watch a task until it needs somebody or the wait is over: it says when it changed, and is asked now and then in case
 * it does not. Resolves to the last that was seen of it. Rejects with the signal's reason; the work goes on.
 */
export async function waitForTask(task: TaskState, waiting: Waiting): Promise<TaskState | undefined> {
  const { find, onChange, progress, onError, isOver, wait, signal } = waiting
  const end = performance.now() + wait
  let wake = () => {}
  let hasChanged = true
  const stop = onChange(() => {
    hasChanged = true
    wake()
  })
  const wakeUp = () => wake()
  signal.addEventListener('abort', wakeUp, { once: true })
  let last: TaskState | undefined = task
  try {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      signal.throwIfAborted()
      hasChanged = false
      last = await find().catch((error: unknown) => {
        signal.throwIfAborted()
        onError(error)
        return last
      })
      if (last?.status !== 'working') return last
      if (last.progress) progress(last.progress)
      const left = end - performance.now()
      if (left <= 0 || isOver()) return last
      if (hasChanged) continue
      const awake = Promise.withResolvers<void>()
      wake = awake.resolve
      const timer = setTimeout(wake, Math.min(pause, left))
      await awake.promise
      clearTimeout(timer)
    }
  } finally {
    stop()
    signal.removeEventListener('abort', wakeUp)
  }
}
