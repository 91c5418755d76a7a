import { createHmac, timingSafeEqual } from 'node:crypto'

/** Where the next page of a list begins: among what the gateway holds, or in a list of one server's own. */
export type Place = { readonly offset: number } | { readonly server: string; readonly cursor?: string }

/** Marks places in long lists; what a cursor says can be read by anybody and changed by nobody. */
export interface Cursors {
  write(method: string, place: Place): string
  /** Undefined when this gateway did not make it, or made it for another list. */
  read(method: string, cursor: unknown): Place | undefined
}

const MAC = 22

/** `secret` must be the same on every replica. */
export function createCursors(secret: string): Cursors {
  const seal = (method: string, place: string) =>
    createHmac('sha256', secret).update(`cursor\n${method}\n${place}`).digest('base64url').slice(0, MAC)
  return {
    write(method, place) {
      const text = Buffer.from(JSON.stringify(place)).toString('base64url')
      return seal(method, text) + text
    },
    read(method, cursor) {
      if (typeof cursor !== 'string' || cursor.length <= MAC) return undefined
      const text = cursor.slice(MAC)
      const given = Buffer.from(cursor.slice(0, MAC))
      const made = Buffer.from(seal(method, text))
      if (given.length !== made.length || !timingSafeEqual(given, made)) return undefined
      // Sealed, so it is what `write` was given.
      return JSON.parse(Buffer.from(text, 'base64url').toString()) as Place
    },
  }
}
