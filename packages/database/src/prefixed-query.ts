import pg from 'pg'

export interface Statement {
  text: string
  values: readonly unknown[]
  /** Under which the connection has prepared it. */
  name?: string | undefined
}

/** The part of pg's wire interface that custom queries are written against (as pg-cursor is). */
interface Wire {
  readonly stream: { cork(): void; uncork(): void }
  parse(message: { name: string; text: string; types: number[] }): void
  bind(message: { portal: string; statement: string; values: readonly unknown[] }): void
  execute(message: { portal: string }): void
}

interface QueryBase {
  submit(connection: Wire): Error | null
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, connection: Wire): void
}

type Callback = (error: Error | null, result: pg.QueryResult) => void

const Query = queryClass()

/**
 * A query that runs others first, all in one message to the server up to a single Sync: one round trip, and
 * where one fails the rest is skipped (PostgreSQL protocol, Extended Query, Pipelining). Only the last one's
 * result is kept. Without BEGIN among them they form one transaction of their own.
 */
class PrefixedQuery extends Query {
  readonly #prefix: readonly Statement[]
  #completed = 0

  constructor(prefix: readonly Statement[], statement: Statement, callback: Callback) {
    super({ ...statement, queryMode: 'extended' }, callback)
    this.#prefix = prefix
  }

  override submit(connection: Wire): Error | null {
    connection.stream.cork()
    try {
      for (const { text, values, name = '' } of this.#prefix) {
        if (name === '') connection.parse({ name, text, types: [] })
        connection.bind({ portal: '', statement: name, values })
        connection.execute({ portal: '' })
      }
      return super.submit(connection)
    } finally {
      connection.stream.uncork()
    }
  }

  override handleDataRow(message: unknown): void {
    if (this.#completed === this.#prefix.length) super.handleDataRow(message)
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.#completed === this.#prefix.length) super.handleCommandComplete(message, connection)
    else this.#completed += 1
  }
}

/** Send the prefix and the statement together; resolves with the result of the statement. */
export function queryWithPrefix(
  client: pg.ClientBase,
  prefix: readonly Statement[],
  statement: Statement,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new PrefixedQuery(prefix, statement, (error, result) => {
      if (!error) return resolve(result)
      // What pg does for its own: the stack of the caller instead of the socket's.
      Error.captureStackTrace(error)
      reject(error)
    })
    client.query(query as unknown as pg.Submittable)
  })
}

/** pg's types declare these methods as instance properties, which forbids overriding them; they are on the prototype. */
function queryClass() {
  return pg.Query as unknown as new (
    config: Statement & { queryMode: 'extended' },
    callback: Callback,
  ) => QueryBase
}
