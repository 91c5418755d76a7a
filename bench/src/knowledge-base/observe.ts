import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** What a process of the app says of itself since it was asked last. */
export interface Observed {
  /** Of each step of a search or import: how often it ran, and the sum of its milliseconds. */
  steps: Record<string, { count: number; total: number }>
  /** Milliseconds by which timers of the main thread came late; what was shorter than their interval may be missed. */
  delay: { p99: number; max: number }
}

/** Milliseconds between two timers of the main thread. Each takes the core from what computes: every 1 ms cost 5 % of it. */
const RESOLUTION = 5

interface Traced {
  step: string
  startedAt?: number
}

// Loaded before the app's own code (`node --import`), in worker threads too, where nothing is to be seen.
if (isMainThread) observe()

function observe(): void {
  const channel = 'tracing:knowledge-base'
  let steps: Observed['steps'] = {}
  subscribe(`${channel}:start`, (message) => {
    ;(message as Traced).startedAt = performance.now()
  })
  subscribe(`${channel}:asyncEnd`, (message) => {
    const { step, startedAt = Number.NaN } = message as Traced
    const { count, total } = steps[step] ?? { count: 0, total: 0 }
    steps[step] = { count: count + 1, total: total + performance.now() - startedAt }
  })
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  delay.enable()
  // What is measured is the time between two.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION)
  const look = (): Observed => ({
    steps,
    delay: { p99: late(delay.percentile(99)), max: late(delay.max) },
  })
  process.on('message', () => {
    process.send?.(look())
    steps = {}
    delay.reset()
  })
  // A bench that was killed leaves no server behind.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
  const file = process.env.BENCH_OBSERVED
  if (file) process.once('exit', () => writeFileSync(file, JSON.stringify(look())))
}
