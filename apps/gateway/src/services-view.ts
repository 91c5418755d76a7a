import { AppError } from '@atoll/errors'
import type { Fleet } from './fleet.ts'
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
  /** Lists that could not be had and entries left out. */
  problems: readonly string[]
  tools: string[]
  prompts: string[]
  resources: string[]
  resourceTemplates: string[]
}

export function servicesView({ upstreams }: Fleet, now = Date.now()): { services: ServiceView[] } {
  return { services: upstreams.map((upstream) => viewOf(upstream, now)) }
}

function viewOf(upstream: Upstream, now: number): ServiceView {
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
    problems,
    tools: exposed('tools'),
    prompts: exposed('prompts'),
    resources: exposed('resources'),
    resourceTemplates: exposed('resourceTemplates'),
  }
}

function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'It could not be looked at.'
}
