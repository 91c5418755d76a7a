import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'

/** Where a page ends: the sort keys of its last row. */
export type Position = readonly string[]

export interface Cursors {
  seal(principal: Principal, query: unknown, position: Position): string
  /** Throws InvalidError unless this caller got the cursor for this very query. */
  open(principal: Principal, query: unknown, cursor: string): Position
}

const Sealed = z.array(z.string())

/** Opaque cursors that only work for the caller and the query they were made for. */
export function createCursors(secret: string | Buffer): Cursors {
  const sign = ({ issuer, tenant, subject }: Principal, query: unknown, body: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify(['cursor', issuer, tenant, subject, query, body]))
      .digest()
      .subarray(0, 16)
  return {
    seal(principal, query, position) {
      const body = Buffer.from(JSON.stringify(position)).toString('base64url')
      return `${body}.${sign(principal, query, body).toString('base64url')}`
    },
    open(principal, query, cursor) {
      const [body = '', mark = ''] = cursor.split('.')
      const given = Buffer.from(mark, 'base64url')
      const wanted = sign(principal, query, body)
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        throw new InvalidError(
          'cursor: it does not belong to this search. Repeat the call that returned it with the same other arguments, or leave it out to start again.',
        )
      }
      return Sealed.parse(JSON.parse(Buffer.from(body, 'base64url').toString()))
    },
  }
}
