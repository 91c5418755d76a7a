import type { Principal } from '@atoll/auth'
import { type Client, type ListKind, Remembered } from '@atoll/client'
import { authorizationContext } from './authorization-context.ts'
import { CallerLists } from './caller-lists.ts'
import type { Exposure } from './exposure.ts'
import type { ListsOptions, Sections } from './lists.ts'
import type { CallerCredentials } from './outbound.ts'
import type { Section } from './section.ts'

export interface PrivateListsOptions {
  readonly exposure: Exposure
  readonly client: Client
  /** Milliseconds for a caller's lists. */
  readonly timeout: number
  readonly onListed?: ListsOptions['onListed']
  forCaller(principal: Principal): CallerCredentials
}

/** Lists that are fetched whole: routing needs them, and they do not grow with data. */
const KINDS = ['tools', 'prompts', 'resourceTemplates'] as const
const MAX_CALLERS = 1_000
const KEPT_FOR = 10 * 60_000

/** What one server shows to each of its callers, where it does not show the same to all. */
export class PrivateLists {
  readonly #options: PrivateListsOptions
  readonly #callers = new Remembered<CallerLists>({ size: MAX_CALLERS, lifetime: KEPT_FOR })

  constructor(options: PrivateListsOptions) {
    this.#options = options
  }

  /** The caller's own list; `shared` where it cannot be had. A promise where there is something to wait for. */
  section(
    kind: ListKind,
    principal: Principal,
    shared: Sections,
    isSlow: boolean,
  ): Section | undefined | Promise<Section | undefined> {
    const lists = this.#listsOf(principal)
    const known = lists.sections[kind]
    if (known && known.freshUntil > Date.now()) return known
    const own = KINDS.filter((each) => shared[each]?.cacheScope === 'private')
    const refreshed = lists.refresh(this.#options.forCaller(principal), own)
    // Nobody waits for a server that is down, or slow for everybody.
    if (isSlow) return known ?? shared[kind]
    return refreshed.then(() => lists.sections[kind] ?? shared[kind])
  }

  /** The caller's own lists, as far as they can be had, where they were asked for a moment ago: good enough for a call. */
  recent(principal: Principal): Sections | undefined {
    const lists = this.#callers.peek(authorizationContext(principal))
    return lists?.isRecent ? lists.sections : undefined
  }

  /** The caller's own list, where it is known already, and recent or fresh. */
  known(kind: ListKind, principal: Principal): Section | undefined {
    const lists = this.#callers.peek(authorizationContext(principal))
    const known = lists?.sections[kind]
    return known && (lists?.isRecent || known.freshUntil > Date.now()) ? known : undefined
  }

  /** They have changed, for this caller or for all. */
  drop(kinds: readonly ListKind[], principal?: Principal): void {
    const lists = principal ? [this.#callers.peek(authorizationContext(principal))] : this.#callers.values()
    for (const each of lists) each?.drop(kinds)
  }

  clear(): void {
    this.#callers.clear()
  }

  #listsOf(principal: Principal): CallerLists {
    const context = authorizationContext(principal)
    const known = this.#callers.peek(context)
    if (known) return known
    const made = new CallerLists(this.#options)
    this.#callers.set(context, made)
    return made
  }
}
