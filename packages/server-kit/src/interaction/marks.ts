import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Principal } from '@atoll/auth'

/** Shows that this service made what comes back, and made it for this caller. */
export interface Marks {
  /** 22 characters of base64url. `about` is what must not change on the way. */
  make(principal: Principal, ...about: readonly unknown[]): string
  /** Whether `mark` was made for this caller and these very values. Takes the same time for all of its length. */
  fits(mark: string, principal: Principal, ...about: readonly unknown[]): boolean
}

/** HMAC-SHA-256, half of it (RFC 2104, section 5). `purpose` separates uses of the same secret. */
export function createMarks(secret: string | Buffer, purpose: string): Marks {
  const make: Marks['make'] = ({ issuer, tenant, subject }, ...about) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, issuer, tenant, subject, ...about]))
      .digest()
      .subarray(0, 16)
      .toString('base64url')
  return {
    make,
    fits(mark, principal, ...about) {
      const given = Buffer.from(mark)
      const wanted = Buffer.from(make(principal, ...about))
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    },
  }
}
