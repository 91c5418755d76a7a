import { Worker } from 'node:worker_threads'
import { workerUrl } from '../worker-url.ts'
import { Gate } from './gate.ts'

/** A thread that runs native code, and a way to end it. */
export interface GuardedWorker {
  readonly worker: Worker
  /** Resolves when the thread has ended. */
  end(): Promise<void>
}

/**
 * Start the worker at `path` (below `src`, without its ending), which finds its gate as `workerData.gate`. Neither `end`
 * nor the end of the process stops the thread within native code, as long as it passes the gate.
 */
export function startGuarded(path: string, name: string, data: object = {}): GuardedWorker {
  const gate = new Gate()
  const worker = new Worker(workerUrl(path), {
    name,
    workerData: { ...data, gate: gate.shared },
    // Flags may say how the entry file is to be read, and are not meant for this one.
    execArgv: [],
  })
  const leave = () => gate.shutNow()
  process.once('exit', leave)
  worker.once('exit', () => process.off('exit', leave))
  return {
    worker,
    async end() {
      await gate.shut()
      await worker.terminate()
    },
  }
}
