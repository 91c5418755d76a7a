import { UnavailableError } from '@atoll/errors'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import pg from 'pg'
import type { Statement } from './prefixed-query.ts'
import { isStalePreparation, type PreparedStatements } from './prepared-statements.ts'
import type { PrincipalSettings } from './principal-settings.ts'
import { StatementChannel } from './statement-channel.ts'

export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

export interface SessionOptions {
  readOnly?: boolean
  isolation?: Isolation
}

const SETTINGS = `select set_config('app.tenant', $1, true), set_config('app.subject', $2, true),
  set_config('app.scopes', $3, true), set_config('app.roles', $4, true)`
const READ_ONLY_SETTINGS = `${SETTINGS}, set_config('transaction_read_only', 'on', true)`

const CONTROL = /^\s*(begin|start|commit|end|rollback(?!\s+to\b)|abort|prepare)\b/i
const LASTING = /^\s*(set|declare|savepoint|lock)\b|\bset_config\s*\(/i

/** One principal's use of one pooled connection, from the first statement to commit or rollback. */
export class TenantSession implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #channel: StatementChannel
  /** False: read only, each statement in a transaction of its own, so that nothing is left to commit. */
  readonly #explicit: boolean
  readonly #prefix: readonly Statement[]
  #opened: Promise<unknown> | undefined
  #ended = false

  constructor(
    client: pg.PoolClient,
    { readOnly = false, isolation }: SessionOptions,
    settings: PrincipalSettings,
    prepared: PreparedStatements | undefined,
  ) {
    this.#client = client
    this.#channel = new StatementChannel(client, prepared)
    this.#explicit = !readOnly || isolation !== undefined
    this.#prefix = this.#explicit
      ? [
          { text: begin(readOnly, isolation), values: [] },
          { text: SETTINGS, values: settings },
        ]
      : [{ text: READ_ONLY_SETTINGS, values: settings }]
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    if (compiled.query.kind === 'RawNode') refuseControl(compiled.sql, this.#explicit)
    const { command, rowCount, rows } = await this.#send({ text: compiled.sql, values: compiled.parameters })
    const changes =
      command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE'
    return { rows, ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) }
  }

  // biome-ignore lint/correctness/useYield: the interface wants a generator, and there is nothing to stream
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new TypeError('Streaming needs a connection of its own: page through the rows instead')
  }

  /** Resolves when everything is saved. Rejects when a statement had failed, even if its error was swallowed. */
  async commit(): Promise<void> {
    this.#ended = true
    if (this.#explicit) await this.#commitExplicit()
    else await this.#channel.idle()
    this.#channel.prepareOften()
  }

  /** Stop what still runs and roll back. Resolves with whether the connection may be used again. */
  async abandon(): Promise<boolean> {
    this.#ended = true
    try {
      if (!(await this.#channel.stop())) return false
      if (this.#explicit && this.#opened) await this.#client.query('rollback')
      return true
    } catch {
      return false
    }
  }

  async #send(statement: Statement): Promise<pg.QueryResult> {
    this.#assertOpen()
    if (!this.#explicit) return this.#sendAlone(statement)
    if (!this.#opened) {
      const opening = this.#channel.send(this.#prefix, statement)
      this.#opened = opening
      return opening
    }
    // Sent before the transaction is known to be open, it could run outside of it.
    await this.#opened
    this.#assertOpen()
    return this.#channel.send([], statement)
  }

  async #sendAlone(statement: Statement): Promise<pg.QueryResult> {
    const send = () => this.#channel.send(this.#prefix, statement)
    return send().catch((error) => {
      if (!isStalePreparation(error) || this.#ended) throw error
      return send()
    })
  }

  async #commitExplicit(): Promise<void> {
    if (!this.#opened) return
    await this.#opened
    const { command } = await this.#client.query('commit').catch(inDoubt)
    if (command !== 'COMMIT') {
      throw new Error('A statement of the transaction failed and its error was swallowed: nothing was saved')
    }
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error('The transaction of this query has ended: was it awaited?')
  }
}

/** The server's refusal is an answer; without one nobody knows what became of the commit. */
function inDoubt(error: unknown): never {
  if (error instanceof pg.DatabaseError && !error.code?.startsWith('57P')) throw error
  throw new UnavailableError(
    'The connection to the database was lost while the change was being saved: look whether it was before you try again.',
    { cause: error },
  )
}

function begin(readOnly: boolean, isolation: Isolation | undefined): string {
  const level = isolation === undefined ? '' : ` isolation level ${isolation}`
  return `begin${level}${readOnly ? ' read only' : ''}`
}

function refuseControl(text: string, explicit: boolean): void {
  if (CONTROL.test(text)) throw new TypeError('inTenant itself begins and ends the transaction')
  if (!explicit && LASTING.test(text)) {
    throw new TypeError(
      'Each statement of a read-only inTenant is a transaction of its own, so this would have no effect: give an isolation level',
    )
  }
}
