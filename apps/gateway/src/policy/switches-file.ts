import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { Switch } from './switch.ts'

const Words = z.array(Switch)

/** What a replica knows to be disabled, in a file of its own, for its next start. */
export class SwitchesFile {
  readonly #path: string
  #writing: Promise<boolean> = Promise.resolve(true)
  readonly #onError: (error: unknown) => void

  constructor(path: string, onError: (error: unknown) => void) {
    this.#path = path
    this.#onError = onError
  }

  /** None where there is no file. Throws InvalidError for one that cannot be used: what it disables must not come back. */
  read(): readonly Switch[] {
    try {
      return Words.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch (cause) {
      if (isMissing(cause)) return []
      const message = `GATEWAY_SWITCHES_FILE (${this.#path}) is not usable. Correct it, or remove it to enable everything.`
      throw new InvalidError(message, { cause })
    }
  }

  /** Resolves with whether it is written; one write after the other. */
  write(words: readonly Switch[]): Promise<boolean> {
    this.#writing = this.#writing.then(() => this.#replace(words))
    return this.#writing
  }

  async #replace(words: readonly Switch[]): Promise<boolean> {
    const next = `${this.#path}.${process.pid}.next`
    try {
      await writeFile(next, `${JSON.stringify(words, undefined, 2)}\n`, { mode: 0o600 })
      await rename(next, this.#path)
      return true
    } catch (error) {
      this.#onError(error)
      return false
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
