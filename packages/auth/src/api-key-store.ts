import { UnavailableError } from '@atoll/errors'
import { type ApiKeyRecord, parseApiKeys } from './api-key.ts'
import { InvalidTokenError } from './auth-errors.ts'
import { changedFile } from './changed-file.ts'
import { fixedPrincipal } from './fixed-principal.ts'
import type { Principal } from './principal.ts'

/** Milliseconds for which a keys file is not looked at again: how long a withdrawn key may still work. */
const FRESH_FOR = 1000

export interface ApiKeyOptions {
  keys: readonly ApiKeyRecord[]
  /** Path of a keys file, read again when it changes. */
  file: string | undefined
  /** Milliseconds since the epoch. */
  clock: () => number
  onError: (error: Error) => void
}

type Principals = ReadonlyMap<string, Principal>

/** API keys by their digest: those given, and those of a file that is read when first needed. */
export class ApiKeyStore {
  readonly #given: Principals
  readonly #clock: () => number
  readonly #onError: (error: Error) => void
  readonly #file: { path: string; changed: () => Promise<readonly ApiKeyRecord[] | undefined> } | undefined
  #filed: Principals = new Map()
  #checkedAt = Number.NEGATIVE_INFINITY
  #checking: Promise<void> | undefined
  #reported: string | undefined

  constructor({ keys, file, clock, onError }: ApiKeyOptions) {
    this.#given = principals(keys)
    this.#clock = clock
    this.#onError = onError
    this.#file = file === undefined ? undefined : { path: file, changed: changedFile(file, parseApiKeys) }
  }

  /**
   * The principal of a key; a promise only when the file is due to be looked at.
   * Throws InvalidTokenError for a key unknown or expired, UnavailableError while the file cannot be used.
   */
  find(digest: string): Principal | Promise<Principal> {
    const given = this.#given.get(digest)
    if (given) return this.#alive(given)
    const due = this.#file && this.#clock() - this.#checkedAt >= FRESH_FOR
    return due
      ? this.check().then(() => this.#alive(this.#filed.get(digest)))
      : this.#alive(this.#filed.get(digest))
  }

  /** Looks at the file. Rejects with UnavailableError when it cannot be used: then no key of it is good. */
  check(): Promise<void> {
    this.#checking ??= this.#read().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  #alive(principal: Principal | undefined): Principal {
    if (!principal) throw new InvalidTokenError('The API key is not known here.')
    if (principal.expiresAt * 1000 <= this.#clock()) throw new InvalidTokenError('The API key has expired.')
    return principal
  }

  async #read(): Promise<void> {
    if (!this.#file) return
    const { path, changed } = this.#file
    try {
      const records = await changed()
      if (records) this.#filed = principals(records)
      this.#checkedAt = this.#clock()
      this.#reported = undefined
    } catch (cause) {
      const problem = `The API keys file ${path} cannot be used: ${cause instanceof Error ? cause.message : cause}`
      if (problem !== this.#reported) this.#onError(new Error(problem, { cause }))
      this.#reported = problem
      throw new UnavailableError('API keys cannot be checked at the moment.', { cause, retryAfter: 1 })
    }
  }
}

function principals(records: readonly ApiKeyRecord[]): Principals {
  return new Map(
    records.map((record) => [
      record.hash.slice('sha256:'.length),
      fixedPrincipal('apiKey', record, record.expiresAt ? Date.parse(record.expiresAt) / 1000 : undefined),
    ]),
  )
}
