import type { AddressGuard, ListKind } from '@atoll/client'
import type { ChangeEvent, EventBus } from '@atoll/server-kit'
import type { Telemetry } from '@atoll/telemetry'
import { audienceOf, type ServerConfig } from './config.ts'
import type { Counters } from './counters.ts'
import { exposureOf } from './exposure.ts'
import type { Replicas } from './finding/replicas.ts'
import { CallerCredentials, OwnCredentials } from './outbound.ts'
import { StaleAnswers } from './stale/stale-answers.ts'
import type { ServerTokens } from './tokens/open-tokens.ts'
import { Upstream } from './upstream.ts'

export interface Surroundings {
  /** All servers behind the gateway. */
  servers: readonly ServerConfig[]
  info: { name: string; version: string }
  tokens: ServerTokens
  guard: AddressGuard
  bus: EventBus
  replicas: Replicas
  telemetry: Telemetry
  counters: Counters
  /** Calls at once to one server that does not say so itself. */
  maxCalls: number
}

/** One server with everything around it: identity, events for those who listen, and the log. */
export function openUpstream(
  config: ServerConfig,
  { servers, info, tokens, guard, bus, replicas, telemetry, counters, maxCalls }: Surroundings,
): Upstream {
  const { name } = config
  const audience = audienceOf(config)
  return new Upstream({
    config,
    exposure: exposureOf(config, servers),
    info,
    telemetry,
    guard,
    maxCalls: config.maxCalls ?? maxCalls,
    stale:
      config.staleIfError === undefined
        ? undefined
        : new StaleAnswers({ keepFor: config.staleIfError, given: counters.stale(name) }),
    onEvent: counters.ofServer(name),
    own: new OwnCredentials(tokens.own, audience),
    forCaller: (principal, scopes, mayDelegate = []) =>
      new CallerCredentials(tokens.callers, { principal, audience, scopes, mayDelegate }),
    onChange(kinds) {
      const events = new Set(kinds.map((kind) => EVENTS[kind]))
      for (const kind of events) bus.publish({ kind, tenant: undefined })
      // Whether it has listened or happened to look, each replica tells its own clients.
      replicas.tell({ kind: 'health', server: name })
    },
    onState(state, error) {
      if (state === 'up') telemetry.logger.info({ server: name }, 'A server is up')
      else telemetry.logger.warn({ server: name, err: error }, 'A server cannot be used; its last lists stay')
    },
    onBreaker({ url, breaker, breakReason }) {
      const about = { server: name, instance: url.host, breaker }
      if (breaker === 'closed') telemetry.logger.info(about, 'An instance gets calls again')
      else
        telemetry.logger.warn({ ...about, err: breakReason }, 'An instance fails too often and is left alone')
    },
    onHealth({ url, health, discovery }, error) {
      const about = { server: name, instance: url.host, health, version: discovery?.serverInfo?.version }
      if (health === 'healthy') telemetry.logger.info(about, 'An instance is healthy')
      else telemetry.logger.warn({ ...about, err: error }, `An instance is ${health}`)
      // Each replica judges for itself: what one cannot reach, another may.
      replicas.tell({ kind: 'health', server: name })
    },
  })
}

const EVENTS = {
  tools: 'tools',
  prompts: 'prompts',
  resources: 'resources',
  resourceTemplates: 'resources',
} as const satisfies Record<ListKind, ChangeEvent['kind']>
