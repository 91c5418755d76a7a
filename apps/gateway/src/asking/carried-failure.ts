import { InvalidTokenError } from '@atoll/auth'
import { AppError, type AppErrorOptions, InsufficientScopeError } from '@atoll/errors'
import { ProtocolError } from '@atoll/server-kit'
import { z } from 'zod'

const Details = z.record(z.string(), z.unknown()).optional()

/** Why a call failed, on its way to another replica: what its caller may be told, and no cause. */
export const CarriedFailure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('protocol'), code: z.number(), message: z.string(), data: Details }),
  z.object({ kind: z.literal('scopes'), scopes: z.array(z.string()) }),
  z.object({ kind: z.literal('token'), message: z.string() }),
  z.object({
    ...{ kind: z.literal('app'), code: z.string(), status: z.number(), message: z.string() },
    ...{ retryable: z.boolean(), retryAfter: z.number().optional(), details: Details },
  }),
  z.object({ kind: z.literal('internal') }),
])
export type CarriedFailure = z.output<typeof CarriedFailure>

export function carriedFailure(error: unknown): CarriedFailure {
  if (error instanceof ProtocolError)
    return { kind: 'protocol', code: error.code, message: error.message, data: error.data }
  if (error instanceof InsufficientScopeError) return { kind: 'scopes', scopes: [...error.scopes] }
  if (error instanceof InvalidTokenError) return { kind: 'token', message: error.message }
  if (!(error instanceof AppError)) return { kind: 'internal' }
  const { code, status, message, retryable, retryAfter, details } = error
  return { kind: 'app', code, status, message, retryable, retryAfter, details }
}

/** The same failure where it arrived. */
export function failureOf(carried: CarriedFailure): Error {
  if (carried.kind === 'protocol') return new ProtocolError(carried.code, carried.message, carried.data)
  if (carried.kind === 'scopes') return new InsufficientScopeError(carried.scopes)
  if (carried.kind === 'token') return new InvalidTokenError(carried.message)
  if (carried.kind === 'internal') return new Error('A call that another replica holds has failed there')
  const { code, status, message, retryable, retryAfter, details } = carried
  return new CarriedError(message, {
    ...{ code, status, retryable },
    ...(retryAfter !== undefined && { retryAfter }),
    ...(details && { details }),
  })
}

interface CarriedErrorOptions extends AppErrorOptions {
  readonly code: string
  readonly status: number
  readonly retryable: boolean
}

class CarriedError extends AppError {
  readonly code: string
  readonly status: number
  override readonly retryable: boolean
  constructor(message: string, { code, status, retryable, ...options }: CarriedErrorOptions) {
    super(message, options)
    this.code = code
    this.status = status
    this.retryable = retryable
  }
}
