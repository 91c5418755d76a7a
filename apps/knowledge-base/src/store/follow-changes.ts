import { setTimeout as sleep } from 'node:timers/promises'
import { UnavailableError } from '@atoll/errors'
import type { Changes } from '@atoll/server-kit'
import pg from 'pg'
import type { z } from 'zod'
import type { Audience } from '../model.ts'
import { CHANNEL, Change } from './announce.ts'

export interface Following {
  /** Throws UnavailableError while changes are not heard of. */
  check(): void
  close(): Promise<void>
}

/** Milliseconds between attempts to listen again, growing to the last. */
const PAUSES = [100, 500, 2000, 5000] as const

/**
 * Hear through PostgreSQL of every change of a document, whoever made it (a tool on another replica, an import), and
 * tell this replica's subscribers. Needs a session of its own: not through a pooler that shares them.
 */
export function followChanges(
  url: string,
  changes: Changes<z.input<typeof Audience>>,
  logger: { warn(details: object, text: string): void },
): Following {
  const closing = new AbortController()
  let isListening = false
  const done = listen()

  async function listen(): Promise<void> {
    for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
      try {
        await listenOnce(() => {
          isListening = true
          attempt = 0
        })
      } catch (error) {
        if (closing.signal.aborted) return
        if (isListening || attempt === 0) logger.warn({ err: error }, 'Changes of documents are not heard of')
      }
      isListening = false
      await sleep(PAUSES[Math.min(attempt, PAUSES.length - 1)], undefined, { signal: closing.signal }).catch(
        () => {},
      )
    }
  }

  async function listenOnce(onListening: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'knowledge-base changes',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    })
    const { promise: ended, reject } = Promise.withResolvers<never>()
    const stop = () => reject(closing.signal.reason)
    closing.signal.addEventListener('abort', stop, { once: true })
    client.on('error', reject)
    client.on('end', () => reject(new Error('The connection ended')))
    client.on('notification', ({ payload }) => hear(payload))
    try {
      await Promise.race([client.connect(), ended])
      await client.query(`listen ${CHANNEL}`)
      onListening()
      await ended
    } finally {
      closing.signal.removeEventListener('abort', stop)
      await client.end().catch(() => {})
    }
  }

  function hear(payload: string | undefined): void {
    const change = parse(payload)
    if (!change) return
    const notifier = changes.here(change.tenant)
    const { audience } = change
    notifier.resource(`kb://documents/${change.id}`, { audience })
    if (change.listed) notifier.resourceList({ audience })
  }

  return {
    check() {
      if (!isListening) throw new UnavailableError('Changes of documents are not heard of at the moment.')
    },
    async close() {
      closing.abort()
      await done
    },
  }
}

function parse(payload: string | undefined): Change | undefined {
  try {
    return Change.parse(JSON.parse(payload ?? ''))
  } catch {
    // Anybody who may connect to the database may send here; only our own words count.
    return undefined
  }
}
