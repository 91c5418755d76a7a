import { type Call, SKILLS_EXTENSION } from '@atoll/server-kit'
import { wholeTime } from './cacheable.ts'
import type { Fleet } from './fleet.ts'
import type { Admission } from './policy/admission.ts'
import type { Outgoing, Released } from './protection/outgoing.ts'
import { exposeSkill } from './server-result.ts'
import { shownOf } from './shown-of.ts'
import type { Upstream } from './upstream.ts'

/** Pages of one server that are put together; hosts get at the rest by URI (MCP Skills, Listing Skills). */
const MOST_PAGES = 16

/** What is shown, and what may leave. */
interface Rules {
  readonly admission: Admission
  readonly outgoing: Outgoing
}

interface Part {
  readonly skills: readonly unknown[]
  readonly ttlMs: number
  readonly isPublic: boolean
}

/**
 * The skills of all servers, in the order of the servers' names. Each is asked as the caller, at the same time and within its
 * own deadline; one that cannot answer is left out, and the list then counts as stale.
 */
export async function listSkills({ upstreams }: Fleet, call: Call, rules: Rules): Promise<Released> {
  const parts = await Promise.all(
    upstreams
      .filter(hasSkills)
      .map((upstream) => skillsOf(upstream, call, rules).catch(() => missing(upstream, call))),
  )
  const ttlMs = Math.min(...parts.map((part) => part.ttlMs))
  const isPublic = parts.length > 0 && parts.every((part) => part.isPublic)
  const list = {
    skills: parts.flatMap(({ skills }) => skills),
    ttlMs: Number.isFinite(ttlMs) ? ttlMs : 0,
    cacheScope: isPublic ? 'public' : 'private',
  }
  return rules.outgoing.page(list, undefined, call)
}

/** Whether every server with skills can list their directories: what the gateway promises has to hold for all. */
export function canReadDirectories({ upstreams }: Fleet): boolean {
  const withSkills = upstreams.filter(hasSkills)
  return withSkills.length > 0 && withSkills.every((each) => skillsAt(each)?.directoryRead === true)
}

function hasSkills(upstream: Upstream): boolean {
  return skillsAt(upstream) !== undefined
}

function skillsAt({ discovery }: Upstream): { directoryRead?: unknown } | undefined {
  const { extensions } = (discovery?.capabilities ?? {}) as { extensions?: Record<string, object> }
  return extensions?.[SKILLS_EXTENSION]
}

async function skillsOf(upstream: Upstream, call: Call, { admission, outgoing }: Rules): Promise<Part> {
  const { config, exposure } = upstream
  const deadline = performance.now() + config.timeout
  const skills: unknown[] = []
  let part: Omit<Part, 'skills'> = { ttlMs: Number.POSITIVE_INFINITY, isPublic: true }
  let cursor: unknown
  for (let page = 0; page < MOST_PAGES; page++) {
    const result = await upstream.request('skills/list', cursor === undefined ? {} : { cursor }, {
      credentials: upstream.credentialsFor(call.principal),
      signal: call.cancellation,
      isFanOut: true,
      timeout: Math.max(1, deadline - performance.now()),
    })
    if (!Array.isArray(result.skills)) throw new TypeError('The answer to skills/list holds no list')
    const shown = await shownOf(result.skills, upstream, call, admission)
    skills.push(...shown.map((skill) => exposeSkill(exposure, skill)))
    const { ttlMs, cacheScope } = result
    part = {
      ttlMs: Math.min(part.ttlMs, wholeTime(ttlMs) ?? 0),
      isPublic: part.isPublic && cacheScope === 'public',
    }
    cursor = result.nextCursor
    if (typeof cursor !== 'string') break
  }
  // By the rules for this server; those for none in particular come on top.
  await outgoing.page({ skills }, upstream.name, call)
  return { skills, ...part }
}

function missing(upstream: Upstream, call: Call): Part {
  if (!call.cancellation.aborted) upstream.nudge()
  return { skills: [], ttlMs: 0, isPublic: true }
}
