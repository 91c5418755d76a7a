import type { Principal } from '@atoll/auth'
import { LISTS, readPage } from '@atoll/client'
import { type Entry, entryOf } from './entry.ts'
import type { Upstream } from './upstream.ts'

/** Pages of a caller's own list that are looked through for one resource. */
const MOST_PAGES = 16

/**
 * A resource that a server lists to this caller alone, by the URI that it has there. Asked for page by page, within the server's
 * deadline; a server that cannot answer has none.
 */
export async function ownResource(
  upstream: Upstream,
  uri: string,
  principal: Principal,
): Promise<Entry | undefined> {
  if (upstream.state !== 'up' || !upstream.isOwn('resources', principal)) return undefined
  const deadline = performance.now() + upstream.config.timeout
  let cursor: unknown
  try {
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await upstream.request(LISTS.resources.method, cursor === undefined ? {} : { cursor }, {
        credentials: upstream.credentialsFor(principal),
        isFanOut: true,
        timeout: Math.max(1, deadline - performance.now()),
      })
      const item = readPage('resources', page).items.find((each) => each.uri === uri)
      if (item) return entryOf(upstream.exposure, 'resources', item)
      cursor = page.nextCursor
      if (typeof cursor !== 'string') return undefined
    }
  } catch {
    upstream.nudge()
  }
  return undefined
}
