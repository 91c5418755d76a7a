import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { InvalidError } from '@atoll/errors'
import { type Policy, readPolicy } from '@atoll/policy'

export interface PolicyFileOptions {
  readonly path: string
  /** Told of a rule that had no answer at run time. */
  onFailure(rule: string, code: string): void
  /** Told of another policy than before, and of a file that is right again. */
  onPolicy(policy: Policy): void
  /** Told when the file becomes unusable, and of each other reason for it. */
  onProblem(problem: InvalidError): void
}

/** Milliseconds between two looks at the file: by name, so that the symlinks of a ConfigMap are followed. */
const LOOK_EVERY = 1_000
const MAX_BYTES = 1024 * 1024

/** The policy of a file, read again when it changes. One that is not right leaves the policy before it in force. */
export class PolicyFile {
  readonly #options: PolicyFileOptions
  readonly #name: string
  #policy: Policy
  #loadedAt = Date.now()
  #problem: InvalidError | undefined
  #mark: string | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** Throws InvalidError: without any policy there is nothing to go on with. */
  constructor(options: PolicyFileOptions) {
    this.#options = options
    this.#name = basename(options.path)
    this.#policy = this.#parse(readText(options.path))
  }

  get policy(): Policy {
    return this.#policy
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
    const { path, onPolicy } = this.#options
    try {
      const { ino, size, mtimeNs } = await stat(path, { bigint: true })
      const mark = `${ino}:${size}:${mtimeNs}`
      if (mark === this.#mark) return
      if (size > MAX_BYTES) throw new InvalidError(`${this.#name} is larger than ${MAX_BYTES} bytes.`)
      const policy = this.#parse(await readFile(path, 'utf8'))
      this.#mark = mark
      const isNews = policy.version !== this.#policy.version || this.#problem !== undefined
      this.#problem = undefined
      if (!isNews) return
      this.#policy = policy
      this.#loadedAt = Date.now()
      onPolicy(policy)
    } catch (error) {
      this.#complain(error)
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #complain(error: unknown): void {
    const problem =
      error instanceof InvalidError
        ? error
        : new InvalidError(`${this.#name} cannot be read; the policy before it goes on.`, { cause: error })
    if (problem.message === this.#problem?.message) return
    this.#problem = problem
    this.#options.onProblem(problem)
  }

  #parse(text: string): Policy {
    return readPolicy(text, this.#name, { onFailure: this.#options.onFailure })
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new InvalidError(`GATEWAY_POLICY_FILE (${path}) cannot be read.`, { cause })
  }
}
