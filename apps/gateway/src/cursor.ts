import { InvalidError } from '@atoll/errors'
import { type Position, createCursors as seals } from '@atoll/server-kit'

/** Where the next page of a list begins: among what the gateway holds, or in a list of one server's own. */
export type Place = { readonly offset: number } | { readonly server: string; readonly cursor?: string }

/** Marks places in long lists; what a cursor says can be read by anybody and changed by nobody. */
export interface Cursors {
  write(method: string, place: Place): string
  /** Undefined when this gateway did not make it, or made it for another list. */
  read(method: string, cursor: unknown): Place | undefined
}

/** A page that is public may be kept for others, so the cursor in it has to be anybody's. */
const ANYBODY = {
  subject: '',
  tenant: '',
  scopes: new Set<string>(),
  roles: new Set<string>(),
  clientId: '',
  issuer: '',
  expiresAt: 0,
}

/** `secret` must be the same on every replica. */
export function createCursors(secret: string): Cursors {
  const { seal, open } = seals(secret)
  return {
    write: (method, place) => seal(ANYBODY, method, positionOf(place)),
    read(method, cursor) {
      if (typeof cursor !== 'string') return undefined
      try {
        return placeAt(open(ANYBODY, method, cursor))
      } catch (error) {
        if (error instanceof InvalidError) return undefined
        throw error
      }
    },
  }
}

function positionOf(place: Place): Position {
  if ('offset' in place) return [String(place.offset)]
  return ['', place.server, ...(place.cursor === undefined ? [] : [place.cursor])]
}

function placeAt([offset, server = '', cursor]: Position): Place {
  if (offset) return { offset: Number(offset) }
  return { server, ...(cursor !== undefined && { cursor }) }
}
