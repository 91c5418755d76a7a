import { BadAnswerError, type Result } from '@atoll/client'
import {
  type DataClass,
  type Protection,
  type Redaction,
  redactResult,
  redactSteps,
  strictest,
} from '@atoll/protection'
import {
  type Call,
  type Params,
  PROMPT_META_KEY,
  ProtocolError,
  RESOURCE_META_KEY,
  TOOL_META_KEY,
} from '@atoll/server-kit'
import type { Asked } from '../audit.ts'
import type { Route } from '../fleet.ts'
import { atOnce, inTurns } from './in-turns.ts'
import type { ProtectionMetrics } from './metrics.ts'
import { QuarantinedError } from './quarantined-error.ts'
import { RestrictedError } from './restricted-error.ts'

declare const released: unique symbol
/** A result that has been through `Outgoing`: the only kind that the gateway's handlers may answer with. */
export type Released = Result & { readonly [released]: true }

/** Where a result says what was masked in it and what it hides. */
const PROTECTION_META_KEY = 'dev.atoll/protection'
const CLASS_KEYS = [TOOL_META_KEY, RESOURCE_META_KEY, PROMPT_META_KEY] as const
/** Parts of a result that may say of what class they are. */
const PARTS = ['content', 'contents', 'messages', 'resources'] as const
/** An embedded resource, and the content of a prompt's message. */
const HOLDERS = ['resource', 'content'] as const
/** Pieces of 32 kB of what is told beside answers, which has to keep its order: larger ones are not told. */
const MOST_TOLD = 8

/** The one way out: what servers say passes here before any caller sees it. */
export class Outgoing {
  #protection: Protection
  readonly #metrics: ProtectionMetrics
  readonly #isQuarantined: (server: string, tool: string) => boolean
  readonly #tellsApart: () => boolean

  /** `tellsApart`: whether the policy lets some do what others may not. */
  constructor(
    protection: Protection,
    metrics: ProtectionMetrics,
    isQuarantined: (server: string, tool: string) => boolean,
    tellsApart: () => boolean,
  ) {
    this.#protection = protection
    this.#metrics = metrics
    this.#isQuarantined = isQuarantined
    this.#tellsApart = tellsApart
  }

  /** What is answered from now on is held against these. */
  setProtection(protection: Protection): void {
    this.#protection = protection
  }

  /** Throws RestrictedError for what must not leave whatever is answered, and QuarantinedError: neither is called at all. */
  admit({ upstream, entry }: Route, { isCancel }: Asked): void {
    // What runs may always be stopped.
    if (!entry || isCancel) return
    if (entry.kind === 'tools' && this.#isQuarantined(upstream.name, entry.original)) {
      this.#metrics.withheld.quarantined.inc()
      throw new QuarantinedError(entry.exposed)
    }
    if (entry.data === 'restricted') throw this.#restricted()
  }

  /** Whether `admit` would let it pass. */
  lets({ upstream, entry }: Route): boolean {
    if (!entry) return true
    return (
      entry.data !== 'restricted' &&
      !(entry.kind === 'tools' && this.#isQuarantined(upstream.name, entry.original))
    )
  }

  /**
   * Takes from a result what this caller may not see, in place, while others have their turns. Throws RestrictedError for one
   * that says it is restricted.
   */
  async release(result: Result, about: Asked, call: Call): Promise<Released> {
    if (about.isCancel) return asReleased(acknowledgement(result))
    const data = classOf(result, about)
    if (data === 'restricted') throw this.#restricted()
    this.#keepApart(result, data)
    const redaction = this.#redaction(result, about, call)
    await this.#clean(result, redaction, about)
    return this.#finish(result, redaction, about)
  }

  /** What a server answers while its call is open: questions to a person who is asked at once, and errors in its words. */
  async heard(answer: Promise<Result>, about: Asked, call: Call): Promise<Result> {
    try {
      const result = await answer
      return result.resultType === 'input_required' && call.peer
        ? await this.release(result, about, call)
        : result
    } catch (error) {
      throw await this.#inCleanWords(error, about, call)
    }
  }

  /** What a server asks a person, or their model, while its call is open. Throws RestrictedError and BadAnswerError. */
  async question(params: Params, about: Asked, call: Call): Promise<Result> {
    const left = structuredClone(params) as Result
    if (classOf(left, about) === 'restricted') throw this.#restricted()
    const redaction = this.#redaction(left, about, call)
    await this.#clean(left, redaction, about)
    this.#count(redaction, about)
    return left
  }

  /** Progress and log lines of a call that is under way. Undefined for what nobody would read, or is nested too deep. */
  notification(params: Params, about: Asked, call: Call): Record<string, unknown> | undefined {
    const redaction = this.#redaction({}, about, call)
    const left = told(params, redaction)
    this.#count(redaction, about)
    return left
  }

  /** A failure in words of the gateway, which may quote what a server or a caller wrote. */
  failure(result: Result): Released {
    redactResult(result, this.#protection.ownWords)
    return asReleased(result)
  }

  /**
   * What a subscriber is told of one server. `listed` is the class that the server lists what it is about with. Undefined for
   * what is restricted, very large, or nested too deep.
   */
  told(params: Params, server: string, { principal }: Call, listed?: DataClass): Params | undefined {
    const data = strictest(listed, ...said(params))
    if (data === 'restricted') return undefined
    const redaction = this.#protection.redaction(principal, server, data)
    const left = told(params, redaction)
    this.#measure(redaction)
    return left
  }

  /** A list that is the caller's own, of one server or of all of them. */
  async page(result: Result, server: string | undefined, { principal }: Call): Promise<Released> {
    const redaction = this.#protection.redaction(principal, server, undefined)
    this.#keepApart(result, undefined)
    await inTurns(redactSteps(result, redaction))
    return asReleased(result)
  }

  /** What not everybody may see alike is for nobody else to keep (MCP server/utilities/caching). */
  #keepApart(result: Result, data: DataClass | undefined): void {
    if (result.cacheScope !== 'public') return
    const isForEverybody = data !== 'restricted' && this.#protection.isForEverybody(data)
    if (!isForEverybody || this.#tellsApart()) result.cacheScope = 'private'
  }

  async #inCleanWords(error: unknown, about: Asked, call: Call): Promise<unknown> {
    if (!(error instanceof ProtocolError)) return error
    const redaction = this.#redaction({}, about, call)
    const message = await inTurns(redaction.textSteps(error.message))
    const data =
      error.data && ((await inTurns(redaction.steps(structuredClone(error.data)))) as Record<string, unknown>)
    this.#count(redaction, about)
    return redaction.tally.isEmpty ? error : new ProtocolError(error.code, message, data)
  }

  #redaction(result: Result, about: Asked, { principal }: Call): Redaction {
    const data = classOf(result, about)
    return this.#protection.redaction(principal, about.server, data === 'restricted' ? undefined : data)
  }

  async #clean(result: Result, redaction: Redaction, { route, server }: Asked): Promise<void> {
    try {
      await inTurns(redactSteps(result, redaction, route?.entry?.listed.outputSchema))
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      throw new BadAnswerError(`${server} sent an answer that is nested too deep.`)
    }
  }

  #finish(result: Result, redaction: Redaction, about: Asked): Released {
    if (redaction.tally.isEmpty) return asReleased(result)
    this.#count(redaction, about)
    const meta = typeof result._meta === 'object' ? result._meta : undefined
    result._meta = { ...meta, [PROTECTION_META_KEY]: about.found }
    return asReleased(result)
  }

  #measure({ tally }: Redaction): void {
    if (tally.isEmpty) return
    const { redactions, flags } = foundIn(tally.found)
    this.#metrics.found(redactions ?? {}, flags)
  }

  #count(redaction: Redaction, about: Asked): void {
    const { tally } = redaction
    if (tally.isEmpty) return
    this.#measure(redaction)
    const { redactions, flags } = foundIn(tally.found)
    about.found = {
      ...(redactions && { redactions: added(about.found?.redactions, redactions) }),
      ...(Object.keys(flags).length > 0 && { flags: added(about.found?.flags, flags) }),
    }
  }

  #restricted(): RestrictedError {
    this.#metrics.withheld.restricted.inc()
    return new RestrictedError()
  }
}

/** Whoever stops something needs to know of it only where it stands (SEP-2663, Task Cancellation). */
function acknowledgement(result: Result): Result {
  return Object.fromEntries(Object.entries(result).filter(([key]) => ACKNOWLEDGED.has(key)))
}

const ACKNOWLEDGED: ReadonlySet<string> = new Set([
  ...['taskId', 'status', 'createdAt', 'lastUpdatedAt', 'ttlMs', 'pollIntervalMs', 'resultType'],
])

/** The strictest of what the server lists and what the result and its parts say. */
function classOf(result: Result, { route }: Asked) {
  return strictest(route?.entry?.data, ...said(result))
}

function said(result: Params): unknown[] {
  const classes: unknown[] = []
  gather(result, classes)
  // Of a finished task.
  if (isObject(result.result)) gather(result.result, classes)
  return classes
}

function foundIn({ redactions, hidden, instructions }: Redaction['tally']['found']) {
  return { redactions, flags: { ...hidden, ...(instructions !== undefined && { instructions }) } }
}

function gather(part: Readonly<Record<string, unknown>>, said: unknown[]): void {
  if (isObject(part._meta))
    for (const key of CLASS_KEYS) {
      const about = part._meta[key]
      if (isObject(about)) said.push(about.data)
    }
  for (const key of PARTS) {
    const parts = part[key]
    if (Array.isArray(parts)) for (const each of parts) if (isObject(each)) gather(each, said)
  }
  for (const key of HOLDERS) {
    const held = part[key]
    if (isObject(held)) gather(held, said)
  }
}

/** Redacted apart: others hear of the same object. */
function told(params: Params, redaction: Redaction): Record<string, unknown> | undefined {
  const left = structuredClone(params) as Record<string, unknown>
  try {
    return atOnce(redactSteps(left, redaction), MOST_TOLD) ? left : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function added(
  before: Readonly<Record<string, number>> = {},
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...before }
  for (const [key, count] of Object.entries(more)) sum[key] = (sum[key] ?? 0) + count
  return sum
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Only here does a result become one that may leave. */
function asReleased(result: Result): Released {
  return result as Released
}
