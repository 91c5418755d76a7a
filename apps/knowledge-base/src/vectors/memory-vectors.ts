import type { Worker } from 'node:worker_threads'
import { UnavailableError } from '@atoll/errors'
import { checkQuery } from './check-query.ts'
import { ScanThread, startScanWorker, ThreadLost } from './scan-thread.ts'
import type { VectorDatabase } from './tables.ts'
import type { VectorIndex } from './vector-index.ts'
import { VectorMemory } from './vector-memory.ts'

export interface MemoryOptions {
  /** Bytes of vectors to keep, 2.6 KB each at 512 dimensions; 512 MB unless told. */
  memory?: number
  /** Told once of each tenant whose vectors alone are more. */
  onNotice?: (text: string) => void
  startWorker?: () => Worker
}

const MEMORY = 512 * 1024 * 1024

/**
 * Compares with every vector the caller may see, exactly, in a thread of its own. Vectors are read on first use and
 * follow the tables: before each search, what changed up to the caller's revision is read.
 */
export function memoryVectors(database: VectorDatabase, options: MemoryOptions = {}): VectorIndex {
  const { memory = MEMORY, onNotice = () => {}, startWorker = startScanWorker } = options
  const closing = new AbortController()
  let present: VectorMemory | undefined

  function living(): VectorMemory {
    closing.signal.throwIfAborted()
    if (present === undefined || present.thread.isLost) {
      const bounds = { memory, onNotice }
      present = new VectorMemory(database, new ScanThread(startWorker), bounds, closing.signal)
    }
    return present
  }

  return {
    async near(principal, query, { signal }) {
      signal.throwIfAborted()
      checkQuery(query)
      if (query.shelves.length === 0) return []
      const search = () => living().near(principal, query, signal)
      try {
        return await search().catch((error) => {
          if (!(error instanceof ThreadLost)) throw error
          return search()
        })
      } catch (error) {
        if (!(error instanceof ThreadLost)) throw error
        throw new UnavailableError('The search by meaning is starting anew. Try again shortly.', {
          cause: error.cause,
          retryAfter: 1,
        })
      }
    },

    async close() {
      closing.abort(new UnavailableError('The server is stopping. Try again shortly.', { retryAfter: 2 }))
      await present?.thread.close()
    },
  }
}
