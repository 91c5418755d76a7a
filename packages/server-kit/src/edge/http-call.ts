import { bearerToken, type Principal } from '@atoll/auth'
import type { AuditEvent, AuditLog } from '@atoll/telemetry'
import type { FastifyReply } from 'fastify'
import { CallerGoneError, Cancellation } from './cancellation.ts'
import { EventStream } from './event-stream.ts'
import type { HotRequest } from './hot-request.ts'
import type { Call, ClientCapabilities, Era } from './service.ts'

/** A call that came in on a POST. The first notification turns its answer from one JSON body into a stream. */
export class HttpCall implements Call {
  readonly transport = 'http'
  readonly peer = undefined
  readonly cancellation = new Cancellation()
  readonly principal: Principal
  readonly requestId: string
  readonly #request: HotRequest
  readonly #reply: FastifyReply
  #stream: EventStream | undefined
  #audited: AuditEvent | undefined
  #isAnswered = false

  constructor(request: HotRequest, principal: Principal, requestId: string, reply: FastifyReply) {
    this.#request = request
    this.#reply = reply
    this.principal = principal
    this.requestId = requestId
    reply.raw.on('close', () => {
      // Closing the response stream cancels (MCP basic/patterns/cancellation).
      if (!this.#isAnswered) this.cancellation.abort(new CallerGoneError())
    })
  }

  get era(): Era {
    return this.#request.era
  }
  get protocolVersion(): string {
    return this.#request.protocolVersion
  }
  get rpcId(): string | number {
    return this.#request.id
  }
  get meta(): Readonly<Record<string, unknown>> {
    return this.#request.meta
  }
  get clientCapabilities(): ClientCapabilities {
    return this.#request.clientCapabilities
  }
  get clientInfo(): { name: string; version: string } | undefined {
    return this.#request.clientInfo
  }
  /** Read from the request when asked for, so that nothing that prints a call prints it. */
  get subjectToken(): string {
    return bearerToken(this.#reply.request.headers.authorization)
  }

  /** Whether the answer has begun, so that its status is said. */
  get isStreaming(): boolean {
    return this.#stream !== undefined
  }

  setHeader(name: string, value: string): void {
    if (!this.#stream) this.#reply.header(name, value)
  }

  notify(method: string, params: Record<string, unknown>): void {
    if (this.#isAnswered || this.cancellation.aborted) return
    this.#stream ??= new EventStream(this.#reply)
    this.#stream.send(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  audited(event: AuditEvent): void {
    this.#audited = event
  }

  /**
   * Record what became of the call, now that the size of its answer is known. Resolves when that is safe; undefined
   * where there is nothing to wait for. Rejects with an AppError where the answer must be withheld.
   */
  settle(audit: AuditLog | undefined, json: string | undefined): Promise<void> | undefined {
    const event = this.#audited
    if (event) {
      this.#audited = undefined
      const length = Number(this.#reply.request.headers['content-length'])
      if (Number.isInteger(length)) event.requestBytes = length
      if (json !== undefined) event.resultBytes = Buffer.byteLength(json)
      audit?.record(event)
    }
    return audit?.committed?.(event)
  }

  /** Send the one response, as a body or as the last event. `status` counts only while nothing was sent. */
  answer(json: string, status = 200): void {
    this.#isAnswered = true
    if (this.#stream) {
      this.#stream.send(json)
      this.#stream.end()
    } else if (!this.cancellation.aborted) {
      this.#reply.code(status).type('application/json; charset=utf-8').send(json)
    }
  }
}
