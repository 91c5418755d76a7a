import { randomUUID } from 'node:crypto'
import { type FieldChange, readProtection, usualProtection } from '@atoll/protection'
import { type Environment, parseEnvironment } from '@atoll/server-kit'
import type { AuditEvent, AuditLog, Telemetry } from '@atoll/telemetry'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Replicas } from '../finding/replicas.ts'
import type { Fleet } from '../fleet.ts'
import type { AddAdminRoute } from '../policy/admin-access.ts'
import type { OpenRulesFile } from '../rules-files.ts'
import { Definitions, type ToolView } from './definitions.ts'
import { type KeptPins, keepPins } from './kept-pins.ts'
import { protectionMetrics } from './metrics.ts'
import { Outgoing } from './outgoing.ts'
import { addPinRoutes } from './pin-routes.ts'
import { PinsFile } from './pins-file.ts'

const ProtectionConfig = z.object({
  /** What is masked for whom, and what becomes of definitions that change; the usual unless given. */
  GATEWAY_PROTECTION_FILE: z.string().optional(),
  /** Where this replica keeps the pins of tools' definitions. */
  GATEWAY_PINS_FILE: z.string().optional(),
})

export interface ProtectionSurroundings {
  readonly env: Environment
  readonly rules: OpenRulesFile
  readonly telemetry: Telemetry
  readonly audit: AuditLog
  readonly redis: Redis | undefined
  readonly replicas: Replicas
  /** The same for all replicas of this gateway. */
  readonly name: string
  /** Whether the policy lets some do what others may not. */
  tellsApart(): boolean
  /** Told which tools are in quarantine, by server and original name. */
  onQuarantine(keys: ReadonlySet<string>): void
}

export interface OpenProtection {
  readonly outgoing: Outgoing
  readonly definitions: Definitions
  /** Routes for those who run the gateway. */
  addRoutes(add: AddAdminRoute, fleet: Fleet): void
  /** Resolves when the pins are known that are kept. Never rejects. */
  start(): Promise<void>
  close(): void
}

/** What leaves and what is listed, under rules. Throws ConfigError, and InvalidError for files it cannot use. */
export function openProtection(surroundings: ProtectionSurroundings): OpenProtection {
  const { env, rules, telemetry, redis, replicas, name, onQuarantine } = surroundings
  const { logger } = telemetry
  const { GATEWAY_PROTECTION_FILE: path, GATEWAY_PINS_FILE: pinsPath } = parseEnvironment(
    ProtectionConfig,
    env,
  )
  const file =
    path === undefined
      ? undefined
      : rules({
          ...{ kind: 'protection', path, variable: 'GATEWAY_PROTECTION_FILE', parse: readProtection },
          apply(protection) {
            outgoing.setProtection(protection)
            definitions.setRules(protection.definitions)
          },
        })
  const protection = file?.content ?? usualProtection()
  const pinsFile =
    pinsPath === undefined
      ? undefined
      : new PinsFile(pinsPath, (error) =>
          logger.warn({ err: error }, 'Pins could not be written to GATEWAY_PINS_FILE'),
        )
  let kept: KeptPins | undefined
  let keeping = Promise.resolve<{ shared: boolean | null; written: boolean | null }>({
    shared: null,
    written: null,
  })
  const definitions = new Definitions({
    rules: protection.definitions,
    onQuarantine,
    onState: (view, changes) => announce(view, changes, surroundings),
    onFirstSight: (server, tools) =>
      logger.info({ server, tools: tools.length }, 'Definitions of tools were pinned at first sight'),
    onSet(pins) {
      const shared = kept?.keep(pins) ?? null
      const written = pinsFile?.write(definitions.pins.all) ?? null
      keeping = Promise.all([shared, written]).then(([isShared, isWritten]) => ({
        shared: isShared,
        written: isWritten,
      }))
    },
  })
  definitions.pins.learn(pinsFile?.read() ?? [])
  const onError = (error: unknown) => logger.debug({ err: error }, 'Redis')
  kept = redis && keepPins(redis, replicas, name, definitions.pins, onError)
  const outgoing = new Outgoing(
    protection,
    protectionMetrics(telemetry),
    (server, tool) => definitions.isQuarantined(server, tool),
    () => surroundings.tellsApart(),
  )
  return {
    ...{ definitions, outgoing },
    addRoutes(add, fleet) {
      reportDefinitions(fleet, definitions, telemetry)
      addPinRoutes(add, {
        fleet,
        definitions,
        kept: () => keeping,
        onAccept(tools, { principal, requestId }) {
          const { subject, tenant, clientId, issuer, actor } = principal
          for (const { exposed, server, hash } of tools) {
            logger.warn({ tool: exposed, by: subject, hash }, 'A definition was accepted')
            record(surroundings, {
              ...{ requestId, subject, tenant, clientId, issuer, actor },
              ...{ server, name: `accept ${exposed}`, reason: hash, decision: 'allowed', outcome: 'ok' },
            })
          }
        },
      })
    },
    async start() {
      file?.watch()
      await kept?.start()
    },
    close() {
      file?.close()
      kept?.close()
    },
  }
}

const MAX_FIELDS = 10

/** Log and audit what is not as it was: names of fields, never their texts. */
function announce(
  view: ToolView,
  changes: readonly FieldChange[],
  surroundings: ProtectionSurroundings,
): void {
  const { logger } = surroundings.telemetry
  const { server, exposed, hash, pin, state, suspicions, isQuarantined } = view
  if (state === 'pinned') {
    logger.info({ tool: exposed, hash }, 'The definition of a tool is the pinned one')
    return
  }
  const fields = changes.slice(0, MAX_FIELDS).map(({ field }) => field)
  const about = { tool: exposed, hash, pinned: pin?.hash, fields, quarantined: isQuarantined }
  if (state === 'drifted') logger.warn(about, 'The definition of a tool is not the pinned one')
  if (suspicions.length > 0) logger.warn({ ...about, suspicions }, 'The definition of a tool is suspicious')
  const drift = state === 'drifted' ? [pin ? `changed: ${fields.join(', ')}` : 'never seen before'] : []
  record(surroundings, {
    requestId: randomUUID(),
    server,
    name: exposed,
    rule: state === 'drifted' ? 'drift' : 'suspicious',
    reason: [...drift, ...suspicions.map((reason) => reason.replace(/: ".*/s, ''))].join('; '),
    decision: isQuarantined ? 'refused' : 'allowed',
    outcome: isQuarantined ? 'refused' : 'ok',
  })
}

function record(
  { audit }: ProtectionSurroundings,
  event: Omit<AuditEvent, 'event' | 'kind' | 'durationMs'>,
): void {
  audit.record({ ...event, event: 'call', kind: 'definition', durationMs: 0 })
}

const STATES = ['drifted', 'suspicious', 'quarantined'] as const

function reportDefinitions({ upstreams }: Fleet, definitions: Definitions, telemetry: Telemetry): void {
  telemetry.gauge(
    'atoll_gateway_definitions',
    'Tools of a server whose definition is not in order: drifted, suspicious, or in quarantine.',
    () =>
      upstreams.flatMap(({ name: server }) => {
        const views = definitions.toolsOf(server)
        return STATES.map((state) => ({
          labels: { server, state },
          value: views.filter((view) => (state === 'quarantined' ? view.isQuarantined : view.state === state))
            .length,
        }))
      }),
    ['server', 'state'],
  )
}
