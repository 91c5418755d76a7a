import type { AddressGuard } from '@atoll/client'
import { type Environment, type Limiters, parseEnvironment } from '@atoll/server-kit'
import type { AuditLog, Logger } from '@atoll/telemetry'
import type { FastifyInstance } from 'fastify'
import type { Redis } from 'ioredis'
import type { ServerConfig } from '../config.ts'
import type { Fleet } from '../fleet.ts'
import { DnsSource } from './dns-source.ts'
import { keepLeases } from './kept-leases.ts'
import { KubernetesSource } from './kubernetes-source.ts'
import { type Lease, LeaseConfig, Leases } from './leases.ts'
import type { Found } from './members.ts'
import { addRegisterRoute } from './register-route.ts'
import { Registrars } from './registrars.ts'
import type { Replicas } from './replicas.ts'

export interface FindingOptions {
  readonly app: FastifyInstance
  readonly servers: readonly ServerConfig[]
  /** Where the instances of a server may be. */
  guardOf(server: ServerConfig): AddressGuard
  readonly fleet: Fleet
  /** The same for all replicas of this gateway. */
  readonly name: string
  readonly env: Environment
  readonly redis: Redis | undefined
  readonly replicas: Replicas
  readonly limiters: Limiters
  readonly audit: AuditLog
  readonly logger: Logger
}

/** Where instances come from, beside configuration. */
export interface Finding {
  /** Resolves when what is known already is known here too. Never rejects. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Throws ConfigError. */
export function openFinding(options: FindingOptions): Finding {
  const { app, servers, guardOf, fleet, name, env, redis, replicas, limiters, audit, logger } = options
  const { GATEWAY_LEASE: lifetime } = parseEnvironment(LeaseConfig, env)
  const onError = (error: unknown) => logger.debug({ err: error }, 'Redis')
  const registrars = new Registrars(servers, guardOf)
  const leases = new Leases({
    lifetime,
    // What another replica took, or takes yet, may not be allowed here any more.
    isAllowed: ({ server, url }) => registrars.isAllowed(server, url),
    onChange(server, held) {
      const found = held.map(({ url, state, until }) => ({
        url,
        isDraining: state === 'draining',
        leasedUntil: until,
      }))
      fleet.named(server)?.members.set('registration', found)
    },
    onAnnounce(lease, isNews) {
      kept?.keep(lease)
      if (isNews) tell(lease)
    },
  })
  const tell = (lease: Lease) => replicas.tell({ kind: 'lease', lease })
  const kept = redis && !registrars.isEmpty ? keepLeases({ redis, name, leases, tell, onError }) : undefined
  replicas.hear((word) => {
    if (word.kind === 'lease') leases.learn(word.lease)
    else if (word.kind === 'health') fleet.named(word.server)?.nudge()
  })
  if (!registrars.isEmpty) addRegisterRoute(app, { registrars, leases, limiters, audit, logger })
  const names = servers.flatMap((each) => {
    const { name: server, dns: config } = each
    if (!config) return []
    const onFound = (found: readonly Found[]) => fleet.named(server)?.members.set('dns', found)
    return [new DnsSource({ server, config, guard: guardOf(each), logger, onFound })]
  })
  const slices = servers.flatMap((each) => {
    const { name: server, kubernetes: config } = each
    if (!config) return []
    const onFound = (found: readonly Found[]) => fleet.named(server)?.members.set('kubernetes', found)
    return [new KubernetesSource({ server, config, guard: guardOf(each), logger, onFound })]
  })
  return {
    async start() {
      await Promise.all([kept, ...names, ...slices].map((each) => each?.start()))
    },
    async close() {
      for (const each of names) each.close()
      await Promise.all(slices.map((each) => each.close()))
      kept?.close()
      leases.close()
    },
  }
}
