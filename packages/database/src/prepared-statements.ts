import pg from 'pg'

/** Uses before a statement is prepared: what runs once or twice is not worth keeping on the server. */
const USES = 3
/** Statements kept on each connection, and texts that are counted. */
const MAX_PREPARED = 100
const MAX_COUNTED = 1000

/** The part of pg's wire interface that custom queries are written against. */
interface Wire {
  readonly parsedStatements: Readonly<Record<string, string>>
  /** Sent and not answered yet; pg removes what was answered. */
  readonly submittedNamedStatements: Record<string, string>
  parse(message: { name: string; text: string; types: number[] }): void
  sync(): void
}

/**
 * Which statements the connections of one pool keep parsed and planned. Preparing never delays a caller: a
 * statement is sent as text until a connection has it, and connections get it when they are given back.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>()
  readonly #uses = new Map<string, number>()
  #generation = 0

  /** The statement's name on this connection; undefined where it has to be sent as text. Counts the use. */
  use(client: pg.ClientBase, text: string): string | undefined {
    const name = this.#names.get(text) ?? this.#count(text)
    return name !== undefined && wireOf(client).parsedStatements[name] === text ? name : undefined
  }

  /** Have this connection prepare those of the texts that are worth it, behind what was already sent. */
  prepare(client: pg.ClientBase, texts: Iterable<string>): void {
    for (const text of texts) {
      const name = this.#names.get(text)
      const { parsedStatements, submittedNamedStatements } = wireOf(client)
      if (name === undefined || name in parsedStatements || name in submittedNamedStatements) continue
      const query = new Preparation(name, text, () => {})
      client.query(query as unknown as pg.Submittable)
    }
  }

  /** Begin again under other names: what a statement means has changed on the server. */
  forget(): void {
    this.#generation += 1
    this.#names.clear()
    this.#uses.clear()
  }

  #count(text: string): string | undefined {
    const uses = (this.#uses.get(text) ?? 0) + 1
    if (uses < USES || this.#names.size >= MAX_PREPARED) {
      if (this.#uses.size >= MAX_COUNTED) this.#uses.clear()
      this.#uses.set(text, uses)
      return undefined
    }
    this.#uses.delete(text)
    const name = `atoll_${this.#generation}_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }
}

/** Whether a statement failed only because it was prepared: its tables changed, or a pooler dropped it. */
export function isStalePreparation(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false
  return error.code === '26000' || (error.code === '0A000' && error.message.startsWith('cached plan'))
}

interface QueryBase {
  submit(connection: Wire): Error | null
}

const Query = queryClass()

/** Parse without running. pg notes the name as known when the server has confirmed it. */
class Preparation extends Query {
  readonly #name: string
  readonly #text: string

  constructor(name: string, text: string, done: (error: Error | null) => void) {
    super({ name, text }, done)
    this.#name = name
    this.#text = text
  }

  override submit(connection: Wire): Error | null {
    connection.submittedNamedStatements[this.#name] = this.#text
    connection.parse({ name: this.#name, text: this.#text, types: [] })
    connection.sync()
    return null
  }
}

function wireOf(client: pg.ClientBase): Wire {
  return (client as unknown as { connection: Wire }).connection
}

/** pg's types declare `submit` as an instance property, which forbids overriding it; it is on the prototype. */
function queryClass() {
  return pg.Query as unknown as new (
    config: { name: string; text: string },
    callback: (error: Error | null) => void,
  ) => QueryBase
}
