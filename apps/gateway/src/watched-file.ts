import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { InvalidError } from '@atoll/errors'

export interface WatchedFileOptions<Content> {
  readonly path: string
  /** The environment variable that named it. */
  readonly variable: string
  /** Throws InvalidError for a text that it cannot use; `file` is what messages call it. */
  parse(text: string, file: string): Content
  /** Told of a file that was changed, and of one that is right again. */
  onContent(content: Content): void
  /** Told when the file becomes unusable, and of each other reason for it. */
  onProblem(problem: InvalidError): void
}

/** Milliseconds between two looks at the file: by name, so that the symlinks of a ConfigMap are followed. */
const LOOK_EVERY = 1_000
const MAX_BYTES = 1024 * 1024

/** What a file says, read again when it changes. A file that is not right leaves what it said before in force. */
export class WatchedFile<Content> {
  readonly #options: WatchedFileOptions<Content>
  readonly #name: string
  #text: string
  #content: Content
  #loadedAt = Date.now()
  #problem: InvalidError | undefined
  #mark: string | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** Throws InvalidError: without any content there is nothing to go on with. */
  constructor(options: WatchedFileOptions<Content>) {
    this.#options = options
    this.#name = basename(options.path)
    this.#text = readText(options)
    this.#content = options.parse(this.#text, this.#name)
  }

  get content(): Content {
    return this.#content
  }
  /** Milliseconds since the epoch. */
  get loadedAt(): number {
    return this.#loadedAt
  }
  /** Why the file as it is now is not in force. */
  get problem(): InvalidError | undefined {
    return this.#problem
  }

  watch(): void {
    const again = async () => {
      await this.look()
      if (!this.#isClosed) this.#timer = setTimeout(again, LOOK_EVERY).unref()
    }
    void again()
  }

  /** Look at the file now. Never rejects. */
  async look(): Promise<void> {
    const { path, parse, onContent } = this.#options
    try {
      const { ino, size, mtimeNs } = await stat(path, { bigint: true })
      const mark = `${ino}:${size}:${mtimeNs}`
      if (mark === this.#mark) return
      if (size > MAX_BYTES) throw new InvalidError(`${this.#name} is larger than ${MAX_BYTES} bytes.`)
      const text = await readFile(path, 'utf8')
      const content = parse(text, this.#name)
      this.#mark = mark
      const isNews = text !== this.#text || this.#problem !== undefined
      this.#problem = undefined
      if (!isNews) return
      this.#text = text
      this.#content = content
      this.#loadedAt = Date.now()
      onContent(content)
    } catch (error) {
      this.#complain(error)
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #complain(error: unknown): void {
    const unreadable = `${this.#name} cannot be read; what it said before goes on.`
    const problem = error instanceof InvalidError ? error : new InvalidError(unreadable, { cause: error })
    if (problem.message === this.#problem?.message) return
    this.#problem = problem
    this.#options.onProblem(problem)
  }
}

function readText({ path, variable }: { path: string; variable: string }): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new InvalidError(`${variable} (${path}) cannot be read.`, { cause })
  }
}
