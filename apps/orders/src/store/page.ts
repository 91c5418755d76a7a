import type { Position } from '@atoll/server-kit'

/** Rows on any page. */
export const MOST_ON_PAGE = 100

export interface PageRequest {
  limit: number
  after?: Position | undefined
}

export interface Paged<T> {
  items: T[]
  /** Where the next page starts; undefined on the last one. */
  last: Position | undefined
}

/** A page of rows that were selected with one more than its limit. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  { limit }: PageRequest,
  toItem: (row: Row) => T,
  position: (row: Row) => Position,
): Paged<T> {
  const shown = rows.slice(0, limit)
  const final = shown.at(-1)
  return {
    items: shown.map(toItem),
    last: rows.length > limit && final !== undefined ? position(final) : undefined,
  }
}
