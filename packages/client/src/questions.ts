import type { Message } from './exchange.ts'
import type { RequestOptions } from './options.ts'

const METHOD_NOT_FOUND = -32601
const INTERNAL_ERROR = -32603

/** What a 2025-era server asks while it works on one request, and the answers. */
export class Questions {
  readonly #ask: RequestOptions['onRequest']
  readonly #tell: (answer: Message) => void
  #open = 0

  /** Without `ask` the server is told that nobody can answer; else it would wait for ever. */
  constructor(ask: RequestOptions['onRequest'], tell: (answer: Message) => void) {
    this.#ask = ask
    this.#tell = tell
  }

  /** Whether it is not the server's turn. */
  get areOpen(): boolean {
    return this.#open > 0
  }

  async answer({ id = null, method = '', params = {} }: Message): Promise<void> {
    if (method === 'ping') this.#tell({ id, result: {} })
    else if (!this.#ask) this.#tell({ id, error: { code: METHOD_NOT_FOUND, message: 'Not supported' } })
    else {
      this.#open++
      try {
        this.#tell({ id, result: await this.#ask(method, params) })
      } catch {
        this.#tell({ id, error: { code: INTERNAL_ERROR, message: 'Nobody answered' } })
      } finally {
        this.#open--
      }
    }
  }
}
