import type { BreakerState, InstanceHealth } from '@atoll/client'
import { AppError } from '@atoll/errors'
import { suspicionsOf } from '@atoll/protection'
import type { Member, Source } from './finding/members.ts'
import type { Fleet } from './fleet.ts'
import type { Definitions } from './protection/definitions.ts'
import { pinView } from './protection/pin-view.ts'
import type { Upstream } from './upstream.ts'

/** What `GET /services` says of one server. Messages are those written for strangers. */
export interface ServiceView {
  name: string
  state: 'starting' | 'up' | 'down'
  era?: 'modern' | 'legacy'
  protocolVersion?: string
  version?: string
  /** The age of what is offered on its behalf; absent when it was never reached. */
  catalogueAgeMs?: number
  lastError?: { message: string; at: string }
  instances: InstanceView[]
  /** Lists that could not be had, entries left out, and definitions that somebody should look at. */
  problems: readonly string[]
  /** Each tool's definition: its hash, the pinned one, and whether it is what was pinned. */
  definitions: ReturnType<typeof pinView>[]
  tools: string[]
  prompts: string[]
  resources: string[]
  resourceTemplates: string[]
}

/** One process of a server. */
export interface InstanceView {
  url: string
  sources: readonly Source[]
  health: InstanceHealth
  /** Whether it takes new requests, as far as it says itself. */
  state: 'serving' | 'draining'
  version?: string
  /** Its share of the calls beside the others', where that is not the same for all. */
  weight?: number
  /** `open`: it failed too often and is left alone; `half-open`: one call tries whether it works again. */
  breaker: BreakerState
  /** Requests of this gateway that wait for its answer. */
  inFlight: number
  /** How long it takes to answer, of late. */
  latencyMs?: number
  /** When it counts as gone unless it is heard of again. */
  leaseMs?: number
}

export function servicesView(
  { upstreams }: Fleet,
  definitions: Definitions,
  now = Date.now(),
): { services: ServiceView[] } {
  return { services: upstreams.map((upstream) => viewOf(upstream, definitions, now)) }
}

function viewOf(upstream: Upstream, definitions: Definitions, now: number): ServiceView {
  const { name, state, discovery, takenAt, failure, problems } = upstream
  const exposed = (kind: Parameters<Upstream['shared']>[0]) =>
    upstream.shared(kind)?.entries.map((entry) => entry.exposed) ?? []
  return {
    name,
    state,
    ...(discovery && { era: discovery.era, protocolVersion: discovery.protocolVersion }),
    ...(discovery?.serverInfo && { version: discovery.serverInfo.version }),
    ...(takenAt !== undefined && { catalogueAgeMs: now - takenAt }),
    ...(failure && {
      lastError: { message: messageOf(failure.error), at: new Date(failure.at).toISOString() },
    }),
    instances: upstream.members.all.map((member) => instanceView(member, upstream, now)),
    problems: [...problems, ...suspicionsOfText(discovery?.instructions), ...definitions.problemsOf(name)],
    definitions: definitions.toolsOf(name).map(pinView),
    tools: exposed('tools'),
    prompts: exposed('prompts'),
    resources: exposed('resources'),
    resourceTemplates: exposed('resourceTemplates'),
  }
}

function instanceView(member: Member, { client }: Upstream, now: number): InstanceView {
  const { url, sources, isDraining, weight, leasedUntil } = member
  const instance = client.instances.find((each) => each.url.href === url)
  const version = instance?.discovery?.serverInfo?.version
  return {
    url,
    sources,
    health: instance?.health ?? 'unknown',
    state: isDraining ? 'draining' : 'serving',
    ...(version !== undefined && { version }),
    ...(weight !== 1 && { weight: Number(weight.toFixed(3)) }),
    breaker: instance?.breaker ?? 'closed',
    inFlight: instance?.inFlight ?? 0,
    ...(instance?.latency && { latencyMs: Number(instance.latency.toFixed(1)) }),
    ...(leasedUntil !== undefined && { leaseMs: Math.max(0, leasedUntil - now) }),
  }
}

function suspicionsOfText(instructions: string | undefined): string[] {
  return suspicionsOf(instructions).map((reason) => `instructions: ${reason}`)
}

function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'It could not be looked at.'
}
