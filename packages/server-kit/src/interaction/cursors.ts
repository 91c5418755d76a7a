import type { Principal } from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { createMarks } from './marks.ts'

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
  const marks = createMarks(secret, 'cursor')
  return {
    seal(principal, query, position) {
      const body = Buffer.from(JSON.stringify(position)).toString('base64url')
      return `${body}.${marks.make(principal, query, body)}`
    },
    open(principal, query, cursor) {
      const [body = '', mark = ''] = cursor.split('.')
      if (!marks.fits(mark, principal, query, body)) {
        throw new InvalidError(
          'cursor: it does not belong to this search. Repeat the call that returned it with the same other arguments, or leave it out to start again.',
        )
      }
      return Sealed.parse(JSON.parse(Buffer.from(body, 'base64url').toString()))
    },
  }
}
