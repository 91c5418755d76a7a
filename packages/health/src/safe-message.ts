import { AppError } from '@atoll/errors'

/** What stands behind the codes of Node, PostgreSQL and Redis that an operator meets. */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name not resolved',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  '28P01': 'the password is wrong',
  '28000': 'this login is not allowed',
  '3D000': 'the database does not exist',
  '53300': 'it has no connection to spare',
  '57P03': 'it is starting up',
}

/**
 * Why a probe failed, in words that anybody may read: messages of drivers name hosts, users and sometimes
 * passwords, so only ours and the meaning of well-known codes are shown.
 */
export function safeMessage(error: unknown): string {
  if (error instanceof AppError) return error.message
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const meaning =
      meaningOf(each) ?? (each instanceof AggregateError ? meaningOf(each.errors[0]) : undefined)
    if (meaning !== undefined) return meaning
  }
  return 'not usable'
}

function meaningOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? MEANINGS[code] : undefined
}
