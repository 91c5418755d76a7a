import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { UnavailableError } from '@atoll/errors'
import { workerUrl } from '../worker-url.ts'
import { Gate } from './embedded/gate.ts'
import type { FromWorker, ToWorker } from './embedded/messages.ts'
import { DIMENSIONS } from './embedded/transformer.ts'
import type { Embedder } from './embedder.ts'

/** What its vectors are. */
export const EMBEDDED = { model: 'universal-sentence-encoder-lite-en', dimensions: DIMENSIONS }
/** More cores gain little on texts as short as passages are. */
const MOST_THREADS = 2

export interface EmbeddedModelOptions {
  /** Cores that the model may use. Default: all, at most 2. */
  threads?: number
}

export interface EmbeddedModel extends Embedder {
  /** Load the model now rather than with the first text. Throws UnavailableError when it cannot be loaded. */
  warm(): Promise<void>
  /** Rejects with UnavailableError when the model broke and has not worked since. */
  probe(signal: AbortSignal): Promise<void>
}

interface Request {
  texts: readonly string[]
  wasRetried: boolean
  resolve(vectors: Float32Array[]): void
  reject(reason: unknown): void
}

/** The model that comes with the app, in a worker thread. It is loaded by the first text. */
export function createEmbeddedModel(options: EmbeddedModelOptions = {}): EmbeddedModel {
  const threads = options.threads ?? Math.min(MOST_THREADS, availableParallelism())
  const requests = new Map<number, Request>()
  let worker: Worker | undefined
  let gate = new Gate()
  let isClosed = false
  let failure: UnavailableError | undefined
  let lastId = 0

  const start = (): Worker => {
    gate = new Gate()
    const started = new Worker(workerUrl('embeddings/embedding-worker'), {
      name: 'embedding',
      workerData: { threads, gate: gate.shared },
      // Flags may say how the entry file is to be read, and are not meant for this one.
      execArgv: [],
    })
    let error: unknown
    started.on('message', ({ id, vectors }: FromWorker) => {
      failure = undefined
      settle(id)?.resolve(apart(vectors))
    })
    started.on('error', (reason) => {
      error = reason
    })
    started.on('exit', () => {
      if (worker !== started) return
      worker = undefined
      retry(error)
    })
    return started
  }

  const send = (id: number, { texts }: Request): void => {
    worker ??= start()
    worker.ref()
    worker.postMessage({ id, texts } satisfies ToWorker)
  }

  const settle = (id: number): Request | undefined => {
    const request = requests.get(id)
    requests.delete(id)
    if (requests.size === 0) worker?.unref()
    return request
  }

  const retry = (cause: unknown): void => {
    for (const [id, request] of requests) {
      if (request.wasRetried) {
        failure = broken(cause)
        settle(id)?.reject(failure)
      } else send(id, Object.assign(request, { wasRetried: true }))
    }
  }

  const embed: Embedder['embed'] = async (texts, { signal }) => {
    signal.throwIfAborted()
    if (isClosed)
      throw new UnavailableError('The embedding model is closed. Try again once the server is up.')
    if (texts.length === 0) return []
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>()
    const abort = () => {
      settle(id)
      worker?.postMessage({ cancel: id } satisfies ToWorker)
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    const request: Request = { texts, wasRetried: false, resolve, reject }
    requests.set(id, request)
    send(id, request)
    return promise.finally(() => signal.removeEventListener('abort', abort))
  }

  const leave = () => gate.shutNow()
  process.once('exit', leave)

  return {
    ...EMBEDDED,
    embed,
    async warm() {
      await embed([''], { signal: new AbortController().signal })
    },
    async probe() {
      if (failure) throw failure
    },
    async close() {
      isClosed = true
      const leaving = worker
      worker = undefined
      for (const id of requests.keys()) settle(id)?.reject(broken())
      process.off('exit', leave)
      await gate.shut()
      await leaving?.terminate()
    },
  }
}

function apart(vectors: Float32Array): Float32Array[] {
  return Array.from({ length: vectors.length / DIMENSIONS }, (_, row) =>
    vectors.slice(row * DIMENSIONS, (row + 1) * DIMENSIONS),
  )
}

function broken(cause?: unknown): UnavailableError {
  return new UnavailableError('The embedding model is not available now. Try again later.', { cause })
}
