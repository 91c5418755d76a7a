import type { TaskState } from '../define/task.ts'
import type { Progress } from '../define/tool.ts'

const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2000

export interface Waiting {
  find(): Promise<TaskState>
  /** Calls back when the task may have changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  progress(progress: Progress): void
  /** Milliseconds. */
  wait: number
  signal: AbortSignal
}

/**
 * Watch a task until it needs somebody or the wait is over: it says when it changed, and is asked now and then in case
 * it does not. Rejects with the signal's reason; the work goes on.
 */
export async function waitForTask({ find, onChange, progress, wait, signal }: Waiting): Promise<TaskState> {
  const end = performance.now() + wait
  let wake = () => {}
  let hasChanged = false
  const stop = onChange(() => {
    hasChanged = true
    wake()
  })
  try {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      signal.throwIfAborted()
      hasChanged = false
      const task = await find()
      if (task.status !== 'working') return task
      if (task.progress) progress(task.progress)
      const left = end - performance.now()
      if (left <= 0) return task
      if (hasChanged) continue
      const awake = Promise.withResolvers<void>()
      wake = awake.resolve
      const timer = setTimeout(wake, Math.min(pause, left))
      signal.addEventListener('abort', wake, { once: true })
      await awake.promise
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
    }
  } finally {
    stop()
  }
}
