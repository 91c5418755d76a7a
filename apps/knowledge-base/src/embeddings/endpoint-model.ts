import { UnavailableError } from '@atoll/errors'
import { BrokenCircuitError } from 'cockatiel'
import { Pool } from 'undici'
import type { Embedder } from './embedder.ts'
import { readAnswer } from './endpoint/answer.ts'
import { batchesOf } from './endpoint/batches.ts'
import { EndpointFailure } from './endpoint/failure.ts'
import { createMemory } from './endpoint/memory.ts'
import { createResilience, type ResilienceOptions } from './endpoint/resilience.ts'
import { send } from './endpoint/sender.ts'
import { sideBySide } from './endpoint/side-by-side.ts'

export interface EndpointModelOptions {
  /** Where the service's API begins: `/embeddings` is added to its path. */
  url: string
  model: string
  dimensions: number
  /** Whether the service is told to shorten its vectors to `dimensions`; not every model can. */
  shorten?: boolean
  key?: string | undefined
  /** Texts of one request at most. Default 64. */
  batch?: number
  /** Characters of one request at most, unless a single text has more. Default 100,000. */
  characters?: number
  /** Requests that one call has on the way at once. Default 2. */
  concurrency?: number
  /** Milliseconds for one request. Default 10,000. */
  timeout?: number
  resilience?: Partial<ResilienceOptions>
}

export interface EndpointModel extends Embedder {
  /** Rejects with UnavailableError when the last use failed, without asking the service. */
  probe(signal: AbortSignal): Promise<void>
}

const RESILIENCE: ResilienceOptions = {
  retries: 3,
  firstDelay: 200,
  longestDelay: 20_000,
  failures: 5,
  pause: 10_000,
}
/** Connections at most, over all calls. */
const CONNECTIONS = 16
/** A number of JSON with its comma takes fewer bytes, and so does what is around the vectors. */
const BYTES_EACH = 40
const BYTES_AROUND = 65_536

/** A service that speaks the embeddings API of OpenAI, as many do. The key appears in no error. */
export function createEndpointModel(options: EndpointModelOptions): EndpointModel {
  const { model, dimensions, batch = 64, characters = 100_000, concurrency = 2, timeout = 10_000 } = options
  const { origin, pathname, search } = new URL(options.url)
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    maxResponseSize: batch * dimensions * BYTES_EACH + BYTES_AROUND,
  })
  const sender = {
    pool,
    path: `${pathname.replace(/\/$/, '')}/embeddings${search}`,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(options.key !== undefined && { authorization: `Bearer ${options.key}` }),
    },
    timeout,
  }
  const settings = { ...RESILIENCE, ...options.resilience }
  const resilience = createResilience(settings)
  const memory = createMemory(settings.pause)
  const closing = new AbortController()

  const ask = async (input: readonly string[], signal: AbortSignal): Promise<Float32Array[]> => {
    const shorten = options.shorten ? { dimensions } : {}
    const body = await send(sender, { model, input, encoding_format: 'float', ...shorten }, signal)
    return readAnswer(body, input.length, dimensions)
  }

  return {
    model,
    dimensions,
    async embed(texts, { signal }) {
      signal.throwIfAborted()
      try {
        const vectors = await sideBySide(
          batchesOf(texts, { texts: batch, characters }),
          concurrency,
          AbortSignal.any([signal, closing.signal]),
          (input, either) => resilience.run(() => ask(input, either), either),
        )
        if (texts.length > 0) memory.worked()
        return vectors.flat()
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof EndpointFailure) memory.failed(error)
        else if (!closing.signal.aborted && !(error instanceof BrokenCircuitError)) throw error
        throw unavailable(error)
      }
    },
    async probe() {
      if (memory.failure) throw unavailable(memory.failure)
    },
    async close() {
      closing.abort()
      await pool.destroy()
    },
  }
}

function unavailable(cause: unknown): UnavailableError {
  const retryAfter = cause instanceof EndpointFailure ? cause.retryAfter : undefined
  return new UnavailableError('The embedding service is not available now. Try again later.', {
    cause,
    ...(retryAfter !== undefined && { retryAfter }),
  })
}
