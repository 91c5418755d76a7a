import { Worker } from 'node:worker_threads'
import { UnavailableError } from '@atoll/errors'
import type { Content } from '../model.ts'
import { workerUrl } from '../worker-url.ts'
import type { Format } from './format.ts'
import { type Answer, type ChartPicture, type Drawn, type Question, READY, type Task } from './messages.ts'
import type { Theme } from './theme.ts'

interface Options {
  signal: AbortSignal
}

export interface Renderer {
  /** Text, or the bytes of a PDF. */
  render(content: Content, format: Exclude<Format, 'json'>, options: Options): Promise<string | Uint8Array>
  charts(content: Content, how: { as: Drawn; theme: Theme }, options: Options): Promise<ChartPicture[]>
  close(): Promise<void>
}

/** Milliseconds for one report; then the thread is ended, and with it what others wait for. */
const DEADLINE = 20_000
/** Megabytes. */
const MEMORY = 512

/** Renders in a thread of its own, started when first needed and again after it ended, so that no call waits for a PDF. */
export function createRenderer(): Renderer {
  const waiting = new Map<number, (answer: Answer) => void>()
  let worker: Promise<Worker> | undefined
  let lastId = 0

  /** Whoever waits for a thread that ended waits in vain; the next question starts another. */
  async function startThread(): Promise<Worker> {
    const started = await start()
    started.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer))
    started.once('exit', () => {
      worker = undefined
      for (const [id, settle] of waiting) settle({ id, failure: 'The rendering thread ended' })
    })
    return started
  }

  async function ask(task: Task, { signal }: Options) {
    signal.throwIfAborted()
    worker ??= startThread()
    const thread = await worker.catch((cause) => {
      worker = undefined
      throw unavailable(cause)
    })
    // Who left while the thread was starting heard of it before anybody listened.
    signal.throwIfAborted()
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const abort = () => reject(signal.reason)
    const timer = setTimeout(() => void thread.terminate(), DEADLINE)
    waiting.set(id, resolve)
    signal.addEventListener('abort', abort, { once: true })
    try {
      thread.postMessage({ ...task, id } satisfies Question)
      const answer = await promise
      if ('rendered' in answer) return answer.rendered
      throw unavailable(new Error(answer.failure))
    } finally {
      clearTimeout(timer)
      waiting.delete(id)
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    // What the worker answers to each kind of task, by its own types.
    render: (content, format, options) =>
      ask({ kind: 'report', content, format }, options) as Promise<string | Uint8Array>,
    charts: (content, how, options) =>
      ask({ kind: 'charts', content, ...how }, options) as Promise<ChartPicture[]>,
    async close() {
      const open = worker
      worker = undefined
      await (await open?.catch(() => undefined))?.terminate()
    },
  }
}

function unavailable(cause: unknown): UnavailableError {
  return new UnavailableError('The report could not be drawn. Try again.', { cause })
}

async function start(): Promise<Worker> {
  const worker = new Worker(workerUrl('rendering/rendering-worker'), {
    name: 'rendering',
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  })
  // It stays: an error that nobody listens for would end the process.
  worker.on('error', () => {})
  worker.unref()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onExit = () => reject(new Error('The rendering thread ended before it was ready'))
  worker.once('message', (message) => message === READY && resolve())
  worker.once('error', reject).once('exit', onExit)
  try {
    await promise
    return worker
  } finally {
    worker.off('exit', onExit).off('error', reject)
  }
}
