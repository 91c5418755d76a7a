import { createHash } from 'node:crypto'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'

const Position = z.tuple([z.string(), z.string(), z.string()])

/** Where a page ended: the value sorted by and the id of its last row. */
export interface Position {
  value: string
  id: string
}

/** Opaque text for a position in one particular query. */
export function encodeCursor(query: unknown, { value, id }: Position): string {
  return Buffer.from(JSON.stringify([digest(query), value, id])).toString('base64url')
}

/** The position a cursor stands for. Throws InvalidError when it is none, or belongs to another query. */
export function decodeCursor(query: unknown, cursor: string): Position {
  const [owner, value, id] = parse(cursor)
  if (owner !== digest(query)) {
    throw new InvalidError('This cursor belongs to another query. Keep all arguments but the cursor unchanged.')
  }
  return { value, id }
}

function parse(cursor: string): z.output<typeof Position> {
  try {
    return Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (cause) {
    throw new InvalidError('This is not a cursor. Pass next_cursor of the page before, unchanged.', { cause })
  }
}

function digest(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16)
}
