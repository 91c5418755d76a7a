import { Worker } from 'node:worker_threads'
import { workerUrl } from '../worker-url.ts'
import type { FromThread, ScanAnswers, ScanRequest, ToThread } from './scan/messages.ts'

/** The thread has ended, and what it held is gone. */
export class ThreadLost extends Error {}

interface Asked {
  resolve(answer: unknown): void
  reject(error: unknown): void
}

/** Flags may say how the entry file is to be read, and are not meant for this one. */
export const startScanWorker = () =>
  new Worker(workerUrl('vectors/scan-worker'), { name: 'vectors', execArgv: [] })

/** One worker from its start to its end. */
export class ScanThread {
  readonly #worker: Worker
  readonly #asked = new Map<number, Asked>()
  #lost: ThreadLost | undefined
  #last = 0

  constructor(start: () => Worker) {
    const worker = start()
    this.#worker = worker
    worker.on('message', (message: FromThread) => this.#settle(message))
    worker.on('error', (error) => this.#lose(error))
    worker.on('messageerror', (error) => this.#lose(error))
    worker.on('exit', (code) => this.#lose(new Error(`The scanning thread ended with code ${code}`)))
  }

  get isLost(): boolean {
    return this.#lost !== undefined
  }

  /** Rejects with ThreadLost when the thread ends first, and with the signal's reason. */
  async ask<Kind extends ScanRequest['kind']>(
    request: Extract<ScanRequest, { kind: Kind }>,
    signal?: AbortSignal,
  ): Promise<ScanAnswers[Kind]> {
    signal?.throwIfAborted()
    if (this.#lost) throw this.#lost
    const id = ++this.#last
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const onAbort = () => {
      this.#post({ cancel: id })
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#asked.set(id, { resolve, reject })
    this.#post({ id, request })
    try {
      // The thread answers each kind of request with its kind of answer.
      return (await promise) as ScanAnswers[Kind]
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#asked.delete(id)
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message)
  }

  #settle(message: FromThread): void {
    const asked = this.#asked.get(message.id)
    if ('error' in message) asked?.reject(message.error)
    else asked?.resolve(message.answer)
  }

  #lose(cause: unknown): void {
    this.#lost ??= new ThreadLost('The scanning thread has ended', { cause })
    for (const { reject } of this.#asked.values()) reject(this.#lost)
  }
}
