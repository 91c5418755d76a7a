import { InvalidError, UnavailableError } from '@atoll/errors'
import type { Reading } from './extracted.ts'
import { extensionOf } from './file-name.ts'
import { LARGEST_FILE } from './folder/file-at.ts'
import { formatOf } from './formats.ts'
import { type Bounds, ReadingThread } from './reading-thread.ts'

export interface Reader {
  /**
   * Read a file and divide it into passages. `bytes` may be used again when this is done.
   * Throws InvalidError, with a reason that begins with "It", when the file cannot be read within its bounds.
   */
  read(bytes: Uint8Array, name: string, options: { signal: AbortSignal }): Promise<Reading>
  /** Ends the threads; reads under way are refused. */
  close(): Promise<void>
}

export interface ReaderOptions extends Partial<Bounds> {
  /** Files read at once, each in a thread of its own. */
  concurrency: number
}

/**
 * Reads files in a few worker threads with bounded time and memory, so that no file can hang or end the process.
 * A thread that a file was too much for is replaced.
 */
export function createReader({ concurrency, ...bounds }: ReaderOptions): Reader {
  const threads = Array.from({ length: concurrency }, () => new ReadingThread(bounds))
  const free = [...threads]
  const waiting = new Set<(thread: ReadingThread) => void>()
  const closing = new AbortController()

  function take(signal: AbortSignal): Promise<ReadingThread> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadingThread>()
    const thread = free.pop()
    if (thread) return Promise.resolve(thread)
    const turn = (given: ReadingThread) => {
      signal.removeEventListener('abort', leave)
      resolve(given)
    }
    const leave = () => {
      waiting.delete(turn)
      reject(signal.reason)
    }
    waiting.add(turn)
    signal.addEventListener('abort', leave, { once: true })
    return promise
  }

  function give(thread: ReadingThread): void {
    const [next] = waiting
    if (!next) {
      free.push(thread)
      return
    }
    waiting.delete(next)
    next(thread)
  }

  return {
    async read(bytes, name, options) {
      formatOf(extensionOf(name))
      if (bytes.length > LARGEST_FILE) throw new InvalidError(`It is larger than ${LARGEST_FILE / 1e6} MB.`)
      const signal = AbortSignal.any([options.signal, closing.signal])
      signal.throwIfAborted()
      const thread = await take(signal)
      try {
        return await thread.read(bytes, name, { signal })
      } finally {
        give(thread)
      }
    },
    async close() {
      closing.abort(new UnavailableError('Files are no longer read: the process is stopping.'))
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}
