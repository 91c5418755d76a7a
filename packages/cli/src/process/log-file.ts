import { createWriteStream, openSync, renameSync, statSync, type WriteStream } from 'node:fs'

const MOST_BYTES = 20 * 1024 * 1024
const REMEMBERED_LINES = 40

/** Keeps what a process prints: in a file that is renamed to `<file>.1` at 20 MB, the last lines also in memory. */
export class LogFile implements AsyncDisposable {
  readonly path: string
  #stream: WriteStream | undefined
  #bytes: number
  #lines: string[] = []
  readonly #onTrouble: (error: Error) => void

  /** `onTrouble` is told once when the file cannot be written; what comes then is only remembered. */
  constructor(path: string, onTrouble: (error: Error) => void) {
    this.path = path
    this.#onTrouble = onTrouble
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    this.#open()
  }

  write(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > REMEMBERED_LINES) this.#lines.shift()
    if (this.#stream === undefined) return
    if (this.#bytes > MOST_BYTES) this.#rotate()
    this.#bytes += line.length + 1
    this.#stream?.write(`${line}\n`)
  }

  /** The newest lines, oldest first. */
  last(count: number): string[] {
    return this.#lines.slice(-count)
  }

  /** Forget the remembered lines, so that `last` shows those of a new life only. */
  forget(): void {
    this.#lines = []
  }

  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    if (stream) await new Promise((closed) => stream.end(closed))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #open(): void {
    try {
      const stream = createWriteStream(this.path, { fd: openSync(this.path, 'a', 0o600) })
      stream.on('error', (error) => {
        if (this.#stream === stream) this.#giveUp(error)
      })
      this.#stream = stream
    } catch (error) {
      this.#giveUp(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #giveUp(error: Error): void {
    this.#stream = undefined
    this.#onTrouble(error)
  }

  #rotate(): void {
    this.#stream?.end()
    this.#bytes = 0
    try {
      renameSync(this.path, `${this.path}.1`)
    } catch {
      // Somebody took the file away: there is nothing to keep.
    }
    this.#open()
  }
}
