import { AppError, ConflictError, TimeoutError, UnavailableError } from '@atoll/errors'
import pg from 'pg'
import { isStalePreparation } from './prepared-statements.ts'

/** SQLSTATE codes and classes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const RACES = new Set(['40001', '40P01'])
const BUSY = new Set(['55P03', '53300', '57P03'])
const GONE = new Set(['57P01', '57P02', '57P04', '57P05', '25P03', '25P04'])
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
])
const DRIVER =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client (has encountered a connection error|was closed)|Cannot use a pool after calling end)/

/** What a failure of the database means to the caller; anything that is not about the database is returned as it is. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = sqlState(error) ?? ''
  if (RACES.has(code)) {
    return new ConflictError(
      'Somebody changed the same data at the same moment. Nothing was changed here; try again.',
      {
        cause: error,
        retryAfter: 1,
      },
    )
  }
  if (code === '57014')
    return new TimeoutError('The database took too long to answer. Ask for less, or try again.', {
      cause: error,
    })
  if (BUSY.has(code) || isStalePreparation(error))
    return new UnavailableError('The database is busy. Try again shortly.', { cause: error, retryAfter: 1 })
  if (GONE.has(code) || /^(08|53|58)/.test(code) || isConnectionFailure(error)) return unreachable(error)
  return error
}

/** For failures to connect, whatever their code: a wrong password is our trouble, not the caller's. */
export function unreachable(cause: unknown): UnavailableError {
  return new UnavailableError('The database cannot be reached at the moment. Try again shortly.', {
    cause,
    retryAfter: 2,
  })
}

/** Whether a statement broke a unique constraint (the named one, when given). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code !== '23505') return false
  return constraint === undefined || error.constraint === constraint
}

function sqlState(error: Error): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

function isConnectionFailure(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException
  return (code !== undefined && NETWORK.has(code)) || DRIVER.test(error.message)
}
