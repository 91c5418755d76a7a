import { type Client, type List, type ListKind, RpcError } from '@atoll/client'
import { AppError, ForbiddenError } from '@atoll/errors'
import type { Exposure } from './exposure.ts'
import type { CallerCredentials } from './outbound.ts'
import { type Section, sectionOf } from './section.ts'

export const KINDS = ['tools', 'resources', 'resourceTemplates', 'prompts'] as const

export type Sections = Partial<Record<ListKind, Section>>

export interface Lists {
  readonly sections: Sections
  /** Lists that could not be had and entries left out, each with the reason in words for strangers. */
  readonly problems: readonly string[]
  /** Why lists could not be had. */
  readonly failures: readonly unknown[]
}

export interface ListsOptions {
  readonly exposure: Exposure
  readonly client: Client
  readonly kinds: readonly ListKind[]
  /** Whose lists: a caller's, or what the gateway itself is shown. */
  readonly credentials: CallerCredentials | 'own'
  /** Milliseconds for all of them. */
  readonly timeout: number
  /** Where a list that cannot be had is taken from. */
  readonly previous: Sections
  /** Told of a list that is not what it was, before anybody is shown it. */
  readonly onListed?: ((kind: ListKind, section: Section) => void) | undefined
}

const METHOD_NOT_FOUND = -32601
/** How long a list of a server that cannot say so (2025 era) is called fresh. Milliseconds. */
const UNSAID_TTL = 30_000
const NOTHING: List = { items: [], rejected: [], ttlMs: undefined, cacheScope: 'private' }

/** Ask a server for several lists at once. One that fails keeps what it held before. Never rejects. */
export async function fetchLists(options: ListsOptions): Promise<Lists> {
  const { exposure, client, kinds, credentials, timeout, previous } = options
  const sections: Sections = {}
  const problems: string[] = []
  const failures: unknown[] = []
  const fetchOne = async (kind: ListKind) => {
    try {
      const list = await client
        .list(kind, {
          timeout,
          ...(credentials === 'own' ? { isSteady: true } : { credentials, isFanOut: true }),
        })
        .catch(unlessRefused)
      const section = sectionOf(exposure, kind, list, Date.now() + (list.ttlMs ?? UNSAID_TTL))
      const known = previous[kind]
      if (known?.json.modern !== section.json.modern) options.onListed?.(kind, section)
      // What did not change keeps its identity, and what hangs on it.
      sections[kind] =
        known?.json.modern === section.json.modern
          ? { ...section, entries: known.entries, byExposed: known.byExposed, json: known.json }
          : section
      problems.push(...section.rejected.map((reason) => `${kind}: ${reason}`))
    } catch (error) {
      failures.push(error)
      problems.push(`${kind}: ${error instanceof AppError ? error.message : 'could not be had.'}`)
      if (previous[kind]) sections[kind] = previous[kind]
    }
  }
  await Promise.all(kinds.map(fetchOne))
  return { sections, problems: problems.sort(), failures }
}

/** The server has no such list, or none for somebody without rights: that is an empty list, not a failure. */
function unlessRefused(error: unknown): List {
  if (error instanceof ForbiddenError) return NOTHING
  if (error instanceof RpcError && error.code === METHOD_NOT_FOUND) return NOTHING
  throw error
}
