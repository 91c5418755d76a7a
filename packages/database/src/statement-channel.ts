import type pg from 'pg'
import { requestCancel } from './cancel.ts'
import { queryWithPrefix, type Statement } from './prefixed-query.ts'
import { isStalePreparation, type PreparedStatements } from './prepared-statements.ts'

const CANCEL_INTERVAL = 100
const CANCEL_PATIENCE = 5000

/** Sends statements on one client, knows which still run, and can stop them. */
export class StatementChannel {
  readonly #client: pg.PoolClient
  readonly #prepared: PreparedStatements | undefined
  readonly #sentAsText = new Set<string>()
  #running = 0
  #onIdle: (() => void) | undefined

  constructor(client: pg.PoolClient, prepared: PreparedStatements | undefined) {
    this.#client = client
    this.#prepared = prepared
  }

  /** All in one message; where one fails the rest is skipped. Resolves with the result of the last. */
  async send(prefix: readonly Statement[], statement: Statement): Promise<pg.QueryResult> {
    this.#running += 1
    try {
      return await queryWithPrefix(this.#client, prefix.map(this.#named), this.#named(statement))
    } catch (error) {
      if (isStalePreparation(error)) this.#prepared?.forget()
      throw error
    } finally {
      this.#running -= 1
      if (this.#running === 0) this.#onIdle?.()
    }
  }

  /** Ask the server to stop what runs. Resolves with whether everything has come to an end. */
  async stop(): Promise<boolean> {
    const deadline = Date.now() + CANCEL_PATIENCE
    // A request that overtakes its statement does nothing, hence again until nothing runs.
    while (this.#running > 0) {
      if (Date.now() > deadline) return false
      await requestCancel(this.#client)
      await this.idle(CANCEL_INTERVAL)
    }
    return true
  }

  /** Resolves when no statement runs, or after so many milliseconds. */
  async idle(patience?: number): Promise<void> {
    if (this.#running === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onIdle = resolve
    const timer = patience === undefined ? undefined : setTimeout(resolve, patience)
    await promise
    clearTimeout(timer)
  }

  /** For the next user of the connection: have it prepare what is sent often. */
  prepareOften(): void {
    this.#prepared?.prepare(this.#client, this.#sentAsText)
  }

  readonly #named = (statement: Statement): Statement => {
    const name = this.#prepared?.use(this.#client, statement.text)
    if (name === undefined) this.#sentAsText.add(statement.text)
    return { ...statement, name }
  }
}
