import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs'

const MOST_BYTES = 20 * 1024 * 1024
const REMEMBERED_LINES = 40

/** Keeps what a process prints: in a file that is renamed to `<file>.1` at 20 MB, the last lines also in memory. */
export class LogFile {
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
    this.#stream.write(`${line}\n`)
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

  #open(): void {
    const stream = createWriteStream(this.path, { flags: 'a', mode: 0o600 })
    stream.on('error', (error) => {
      if (this.#stream !== stream) return
      this.#stream = undefined
      this.#onTrouble(error)
    })
    this.#stream = stream
  }

  #rotate(): void {
    this.#stream?.end()
    renameSync(this.path, `${this.path}.1`)
    this.#bytes = 0
    this.#open()
  }
}
