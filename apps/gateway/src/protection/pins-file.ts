import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { Pin } from './pin.ts'

const PinList = z.array(Pin)

/** The pins of one replica, in a file of its own; one that is written beforehand says what may be seen at all. */
export class PinsFile {
  readonly #path: string
  readonly #onError: (error: unknown) => void
  #writing: Promise<boolean> = Promise.resolve(true)
  #waiting: readonly Pin[] | undefined

  constructor(path: string, onError: (error: unknown) => void) {
    this.#path = path
    this.#onError = onError
  }

  /** None where there is no file. Throws InvalidError for one that cannot be used: it must not count as none. */
  read(): readonly Pin[] {
    try {
      return PinList.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
      const message = `GATEWAY_PINS_FILE (${this.#path}) is not usable. Correct it, or remove it to pin what is seen next.`
      throw new InvalidError(message, { cause })
    }
  }

  /** Resolves with whether these are written; of what comes while a write is under way only the last is. */
  write(pins: readonly Pin[]): Promise<boolean> {
    this.#waiting = pins
    this.#writing = this.#writing.then((was) => {
      const next = this.#waiting
      this.#waiting = undefined
      return next ? this.#replace(next) : was
    })
    return this.#writing
  }

  async #replace(pins: readonly Pin[]): Promise<boolean> {
    const next = `${this.#path}.${process.pid}.next`
    try {
      await writeFile(next, `${JSON.stringify(pins, undefined, 1)}\n`, { mode: 0o600 })
      await rename(next, this.#path)
      return true
    } catch (error) {
      this.#onError(error)
      return false
    }
  }
}
