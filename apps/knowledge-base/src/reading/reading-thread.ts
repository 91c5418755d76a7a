import { Worker } from 'node:worker_threads'
import { InvalidError } from '@atoll/errors'
import { workerUrl } from '../worker-url.ts'
import { copyInSteps } from './copy-in-steps.ts'
import type { Reading } from './extracted.ts'
import type { Answer, Question } from './worker-messages.ts'

export interface Bounds {
  /** Milliseconds for one file. */
  deadline: number
  /** Megabytes of memory for one file, once for objects and once for buffers. */
  memory: number
}

/** How often a file's buffers are measured, in milliseconds: the thread's own limit does not count them. */
const MEASURE_EVERY = 50

/** A worker thread that reads one file at a time, started when first needed and again after it ended. */
export class ReadingThread {
  readonly #bounds: Bounds
  #worker: Promise<Worker> | undefined

  constructor({ deadline = 30_000, memory = 512 }: Partial<Bounds>) {
    this.#bounds = { deadline, memory }
  }

  /** Throws InvalidError, or the signal's reason. */
  async read(bytes: Uint8Array, name: string, { signal }: { signal: AbortSignal }): Promise<Reading> {
    const copy = await copyInSteps(bytes)
    const worker = await this.#started()
    let answer: Answer | undefined
    try {
      answer = await ask(worker, { bytes: copy, name }, { ...this.#bounds, signal })
    } finally {
      if (!answer) await this.close()
    }
    if (answer.kind === 'read') return answer.reading
    throw new InvalidError(answer.reason, { cause: answer.cause })
  }

  async #started(): Promise<Worker> {
    const forget = () => {
      this.#worker = undefined
    }
    this.#worker ??= start(this.#bounds, forget)
    try {
      return await this.#worker
    } catch (error) {
      forget()
      throw error
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await (await worker?.catch(() => undefined))?.terminate()
  }
}

async function start({ memory }: Bounds, onEnd: () => void): Promise<Worker> {
  const worker = new Worker(workerUrl('reading/reading-worker'), {
    name: 'reading',
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 32 },
  })
  // It stays: an error that nobody listens for would end the process.
  worker.on('error', () => {})
  worker.on('exit', onEnd)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onReady = () => resolve()
  const onExit = (code: number) =>
    reject(new Error(`The reading thread ended with ${code} before it was ready`))
  worker.on('message', onReady).on('error', reject).on('exit', onExit)
  try {
    await promise
  } finally {
    worker.off('message', onReady).off('error', reject).off('exit', onExit)
  }
  return worker
}

/** Rejects when the thread ends, takes too long or too much memory; it must then be ended. */
async function ask(
  worker: Worker,
  question: Question,
  bounds: Bounds & { signal: AbortSignal },
): Promise<Answer> {
  const { deadline, memory, signal } = bounds
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const tooLarge = (cause?: unknown) =>
    reject(new InvalidError('It takes too much memory to read. Split it into several files.', { cause }))
  const abort = () => reject(signal.reason)
  const onError = (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ERR_WORKER_OUT_OF_MEMORY') tooLarge(cause)
    else reject(new InvalidError('It could not be read.', { cause }))
  }
  const timer = setTimeout(() => {
    reject(
      new InvalidError(`It took longer than ${deadline / 1_000} s to read. Split it into several files.`),
    )
  }, deadline)
  const measure = setInterval(async () => {
    const { external_memory: buffers } = await worker
      .getHeapStatistics()
      .catch(() => ({ external_memory: 0 }))
    if (buffers > memory * 1e6) tooLarge()
  }, MEASURE_EVERY)
  worker.on('message', resolve).on('error', onError).on('exit', onExit)
  function onExit() {
    reject(new InvalidError('It could not be read.'))
  }
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    worker.postMessage(question, [question.bytes.buffer as ArrayBuffer])
    return await promise
  } finally {
    clearTimeout(timer)
    clearInterval(measure)
    signal.removeEventListener('abort', abort)
    worker.off('message', resolve).off('error', onError).off('exit', onExit)
  }
}
