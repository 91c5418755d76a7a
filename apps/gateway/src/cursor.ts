import { createHmac, timingSafeEqual } from 'node:crypto'

/** Marks a place in a long list; what it says can be read by anybody and changed by nobody. */
export interface Cursors {
  write(kind: string, offset: number): string
  /** Undefined when this gateway did not make it, or made it for another list. */
  read(kind: string, cursor: unknown): number | undefined
}

/** `secret` must be the same on every replica. */
export function createCursors(secret: string): Cursors {
  const seal = (kind: string, offset: number) =>
    createHmac('sha256', secret).update(`cursor\n${kind}\n${offset}`).digest().subarray(0, 16)
  return {
    write(kind, offset) {
      return `${offset}.${seal(kind, offset).toString('base64url')}`
    },
    read(kind, cursor) {
      const [, digits, mac] =
        typeof cursor === 'string' ? (/^(\d{1,9})\.([\w-]{22})$/.exec(cursor) ?? []) : []
      if (digits === undefined || mac === undefined) return undefined
      const offset = Number(digits)
      return timingSafeEqual(Buffer.from(mac, 'base64url'), seal(kind, offset)) ? offset : undefined
    },
  }
}
