import { type Environment, type Limiters, parseEnvironment } from '@atoll/server-kit'
import type { AuditLog, Logger } from '@atoll/telemetry'
import type { FastifyInstance } from 'fastify'
import type { ServerConfig } from '../config.ts'
import type { Fleet } from '../fleet.ts'
import { LeaseConfig, Leases } from './leases.ts'
import { addRegisterRoute } from './register-route.ts'
import { Registrars } from './registrars.ts'

export interface RegistrationOptions {
  readonly env: Environment
  readonly limiters: Limiters
  readonly audit: AuditLog
  readonly logger: Logger
}

/** Lets instances register where the configuration allows any to. Throws ConfigError. */
export function openRegistration(
  app: FastifyInstance,
  servers: readonly ServerConfig[],
  fleet: Fleet,
  { env, limiters, audit, logger }: RegistrationOptions,
): { close(): void } {
  const { GATEWAY_LEASE: lifetime } = parseEnvironment(LeaseConfig, env)
  const registrars = new Registrars(servers)
  const leases = new Leases({
    lifetime,
    onChange(server, held) {
      const found = held.map(({ url, state, until }) => ({
        url,
        isDraining: state === 'draining',
        leasedUntil: until,
      }))
      fleet.named(server)?.members.set('registration', found)
    },
  })
  if (!registrars.isEmpty) addRegisterRoute(app, { registrars, leases, limiters, audit, logger })
  return { close: () => leases.close() }
}
