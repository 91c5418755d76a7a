import { setImmediate } from 'node:timers'
import { SegmentHandle } from './segment-handle.ts'
import { WritePace } from './write-pace.ts'

export interface GroupCommitOptions {
  /** Whether a batch waits for the disk, and not for the kernel alone. */
  readonly fsync: boolean
  /** Told when writing begins to fail, and with undefined when it works again. */
  onState(failure: Error | undefined): void
  /** Told after each batch. */
  onWritten(): void
}

interface Batch {
  readonly path: string
  /** Lines, one behind the other. */
  readonly chunk: ArrayBufferLike
  readonly start: number
  end: number
  done: PromiseWithResolvers<void>
  isWriting: boolean
}

/** Milliseconds between tries while writing fails, and for one write until it counts as failing. */
const RETRY = 1000
const PATIENCE = 5000

/**
 * Lines of one turn of the event loop are written together, one batch at a time: what comes meanwhile is the next batch. A batch that cannot be written is kept, in order, and tried again.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #handles = new Map<string, SegmentHandle>()
  /** Where files go on that were there before. */
  readonly #sizes = new Map<string, number>()
  /** All files lie on one disk. */
  readonly #pace = new WritePace()
  readonly #queue: Batch[] = []
  #waiting = 0
  #isScheduled = false
  #startedAt: number | undefined
  #failure: Error | undefined
  #retry: NodeJS.Timeout | undefined
  readonly #watch: NodeJS.Timeout

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#watch = setInterval(() => this.#look(), RETRY).unref()
  }

  /** Bytes that wait to be written. */
  get waiting(): number {
    return this.#waiting
  }

  /** Why writing fails at present. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Say how long a file is that was there before. */
  goOn(path: string, size: number): void {
    this.#sizes.set(path, size)
  }

  push(path: string, line: Buffer): void {
    const last = this.#queue.at(-1)
    if (last && !last.isWriting && last.path === path && isBehind(line, last)) last.end += line.length
    else this.#queue.push(newBatch(path, line))
    this.#waiting += line.length
    if (this.#isScheduled || this.#startedAt !== undefined || this.#retry) return
    this.#isScheduled = true
    setImmediate(this.#next)
  }

  /** Resolves when all pushed so far is written, rejects when that fails; undefined when nothing waits. */
  committed(): Promise<void> | undefined {
    if (this.#failure) return Promise.reject(this.#failure)
    return this.#queue.at(-1)?.done.promise
  }

  /** Resolves when all pushed so far is written, also when that takes several tries; rejects when it fails now. */
  async flush(): Promise<void> {
    while (this.#queue.length > 0) {
      if (this.#failure) throw this.#failure
      await this.#queue.at(-1)?.done.promise
    }
  }

  /** No more comes for this file: it is closed once what waits for it is written. */
  async finish(path: string): Promise<void> {
    while (this.#queue.some((batch) => batch.path === path)) {
      const last = this.#queue.findLast((batch) => batch.path === path)
      await last?.done.promise.catch(() => new Promise((resolve) => setTimeout(resolve, RETRY).unref()))
    }
    const handle = this.#handles.get(path)
    this.#handles.delete(path)
    if (handle) await new Promise<void>((resolve) => handle.close(resolve))
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      clearInterval(this.#watch)
      clearTimeout(this.#retry)
      const handles = [...this.#handles.values()]
      this.#handles.clear()
      await Promise.all(handles.map((handle) => new Promise<void>((resolve) => handle.close(resolve))))
    }
  }

  /** For the end of the process: what waits is written at once, as far as its file is open. */
  flushSync(): void {
    for (const batch of this.#queue.splice(0)) this.#handles.get(batch.path)?.writeSync(bytesOf(batch))
  }

  readonly #next = (): void => {
    this.#isScheduled = false
    const batch = this.#queue[0]
    if (!batch || this.#startedAt !== undefined) return
    batch.isWriting = true
    this.#startedAt = performance.now()
    const handle = this.#handles.get(batch.path)
    if (handle) this.#write(batch, handle)
    else this.#open(batch)
  }

  #open(batch: Batch): void {
    const { fsync } = this.#options
    const how = { position: this.#sizes.get(batch.path) ?? 0, sync: fsync, pace: this.#pace }
    SegmentHandle.open(batch.path, how, (error, handle) => {
      if (!handle) return this.#failed(error ?? new Error('The file could not be opened'))
      this.#handles.set(batch.path, handle)
      this.#write(batch, handle)
    })
  }

  #write(batch: Batch, handle: SegmentHandle): void {
    handle.write(bytesOf(batch), this.#options.fsync, (error) => {
      if (error) return this.#failed(error)
      this.#startedAt = undefined
      this.#queue.shift()
      this.#waiting -= batch.end - batch.start
      batch.done.resolve()
      this.#turn(undefined)
      this.#options.onWritten()
      this.#next()
    })
  }

  #failed(error: Error): void {
    this.#startedAt = undefined
    this.#turn(error)
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#next()
    }, RETRY).unref()
  }

  /** A disk that does not answer is as bad as one that refuses. */
  #look(): void {
    if (this.#startedAt === undefined || this.#failure) return
    if (performance.now() - this.#startedAt > PATIENCE)
      this.#turn(new Error('A write does not come to an end'))
  }

  #turn(failure: Error | undefined): void {
    const before = this.#failure
    this.#failure = failure
    // Whoever waits is told now, though the lines stay and are tried again.
    if (failure) {
      for (const batch of this.#queue) {
        batch.done.reject(failure)
        batch.done = newDone()
      }
    }
    if ((before === undefined) !== (failure === undefined)) this.#options.onState(failure)
  }
}

function newBatch(path: string, { buffer, byteOffset, length }: Buffer): Batch {
  const [start, end] = [byteOffset, byteOffset + length]
  return { path, chunk: buffer, start, end, done: newDone(), isWriting: false }
}

function isBehind({ buffer, byteOffset }: Buffer, { chunk, end }: Batch): boolean {
  return buffer === chunk && byteOffset === end
}

function bytesOf({ chunk, start, end }: Batch): Uint8Array {
  return new Uint8Array(chunk, start, end - start)
}

function newDone(): PromiseWithResolvers<void> {
  const done = Promise.withResolvers<void>()
  // Not everybody waits; a failure is told through `onState` too.
  done.promise.catch(() => {})
  return done
}
