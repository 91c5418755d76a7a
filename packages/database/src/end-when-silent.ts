import type { Socket } from 'node:net'
import type pg from 'pg'

/** What pg keeps of a client and declares in part. */
interface Asking {
  readonly connection: { readonly stream: Socket }
  readonly readyForQuery: boolean
}

/**
 * End a connection on which nothing was sent or heard for so many milliseconds while the server owes an answer: the network
 * is gone. What was asked fails with ETIMEDOUT.
 *
 * Not pg's own `query_timeout`: what that makes for each query is allocated among the old objects, and keeps the query and
 * all of its rows alive until a full collection.
 */
export function endWhenSilent(client: pg.ClientBase, milliseconds: number): void {
  const asking = client as unknown as Asking
  const { stream } = asking.connection
  stream.setTimeout(milliseconds)
  stream.on('timeout', () => {
    if (!asking.readyForQuery) stream.destroy(silence())
  })
}

function silence(): NodeJS.ErrnoException {
  return Object.assign(new Error('The database does not answer'), { code: 'ETIMEDOUT' })
}
