import { createHash } from 'node:crypto'
import { INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Call } from '../edge/service.ts'
import type { InputRequired } from './input-required.ts'
import type { Sealer } from './sealer.ts'
import { toWire } from './wire.ts'

const LIFETIME = 10 * 60_000

/** Remembers used ids until they expire; resolves to false when one was used before. */
export type UseOnce = (id: string, expiresAt: number) => Promise<boolean>

/** `requestState` of multi-round-trip requests (MCP basic/patterns/mrtr): sealed, bound, single use. */
export interface RequestState {
  /** The result that asks the client for input. */
  inputRequired(needed: InputRequired, call: Call, target: Target): Record<string, unknown>
  /** Answers of this and earlier rounds. Throws ProtocolError -32602 for a state that is not ours. */
  answers(
    params: Readonly<Record<string, unknown>>,
    call: Call,
    target: Target,
  ): Promise<Record<string, unknown>>
}

export interface Target {
  method: string
  name: string
  args: unknown
}

interface Sealed {
  answers: Record<string, unknown>
  asked: string[]
}

export function createRequestState(sealer: Sealer, useOnce: UseOnce): RequestState {
  return {
    inputRequired(needed, call, target) {
      const asked = Object.keys(needed.requests)
      const sealed: Sealed = { answers: { ...needed.answers }, asked }
      return {
        resultType: 'input_required',
        inputRequests: Object.fromEntries(asked.map((key) => [key, toWire(requestOf(needed, key))])),
        requestState: sealer.seal(sealed, binding(call, target), LIFETIME),
      }
    },
    async answers({ requestState, inputResponses }, call, target) {
      if (requestState === undefined) return {}
      const opened =
        typeof requestState === 'string' ? sealer.open(requestState, binding(call, target)) : undefined
      if (!opened || !(await useOnce(opened.id, opened.expiresAt))) throw invalidState()
      const { answers, asked } = opened.payload as Sealed
      const given = isObject(inputResponses) ? inputResponses : {}
      for (const key of asked) if (Object.hasOwn(given, key)) answers[key] = given[key]
      return answers
    },
  }
}

function binding(call: Call, { method, name, args }: Target): string {
  const { issuer, subject, tenant } = call.principal
  const digest = createHash('sha256').update(canonical(args)).digest('base64url')
  return JSON.stringify([issuer, subject, tenant, method, name, digest])
}

/** JSON with sorted keys: a client may send the same arguments in another order. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isObject(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'null'
  )
}

function requestOf(needed: InputRequired, key: string) {
  const request = needed.requests[key]
  if (!request) throw new TypeError(`No input request "${key}"`)
  return request
}

function invalidState(): ProtocolError {
  return new ProtocolError(
    INVALID_PARAMS,
    'Invalid or expired requestState. Send the request again without it.',
    {
      reason: 'invalid_request_state',
    },
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
