import type { Message } from './exchange.ts'
import { LOG_LINE } from './log-levels.ts'
import type { RequestOptions } from './options.ts'

const METHOD_NOT_FOUND = -32601
const INTERNAL_ERROR = -32603

/** What a 2025-era server asks while it works on one request, and the answers; and what it logs beside. */
export class Questions {
  readonly #ask: RequestOptions['onRequest']
  readonly #onNotification: RequestOptions['onNotification']
  readonly #tell: (answer: Message) => void
  #open = 0

  /** Without `onRequest` the server is told that nobody can answer; else it would wait for ever. */
  constructor(
    { onRequest, onNotification }: Pick<RequestOptions, 'onRequest' | 'onNotification'>,
    tell: (answer: Message) => void,
  ) {
    this.#ask = onRequest
    this.#onNotification = onNotification
    this.#tell = tell
  }

  /** Whether it is not the server's turn. */
  get areOpen(): boolean {
    return this.#open > 0
  }

  /** A notification on the stream of the session, which names no request: log lines are for whoever is there. */
  hear({ method = '', params = {} }: Message): void {
    if (method !== LOG_LINE) return
    try {
      this.#onNotification?.(method, params)
    } catch {
      // It would end the stream, which is that of others too.
    }
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
