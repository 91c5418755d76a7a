import { type Policy, readPolicy } from '@atoll/policy'
import { type Environment, type EventBus, parseEnvironment } from '@atoll/server-kit'
import type { AuditLog, Logger } from '@atoll/telemetry'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Replicas } from '../finding/replicas.ts'
import type { Fleet } from '../fleet.ts'
import type { OpenRulesFile } from '../rules-files.ts'
import type { WatchedFile } from '../watched-file.ts'
import type { AddAdminRoute } from './admin-access.ts'
import { Admission } from './admission.ts'
import { type KeptSwitches, keepSwitches } from './kept-switches.ts'
import { tellOfChange } from './list-changes.ts'
import { addPolicyRoutes } from './policy-routes.ts'
import { addSwitchRoutes } from './switch-routes.ts'
import { Switches } from './switches.ts'
import { SwitchesFile } from './switches-file.ts'

const PolicyConfig = z.object({
  /** The rules; scopes alone decide unless given. */
  GATEWAY_POLICY_FILE: z.string().optional(),
  /** Where this replica keeps what is disabled for its next start. */
  GATEWAY_SWITCHES_FILE: z.string().optional(),
})

export interface PolicySurroundings {
  readonly env: Environment
  readonly fleet: Fleet
  readonly bus: EventBus
  readonly rules: OpenRulesFile
  readonly audit: AuditLog
  readonly logger: Logger
  readonly redis: Redis | undefined
  readonly replicas: Replicas
  /** The same for all replicas of this gateway. */
  readonly name: string
}

export interface OpenPolicy {
  readonly admission: Admission
  /** Routes for those who run the gateway. */
  addRoutes(add: AddAdminRoute): void
  /** Resolves when what is disabled is known. Never rejects. */
  start(): Promise<void>
  close(): void
}

/** Policy and what is disabled, with all that feeds them. Throws ConfigError, and InvalidError for files it cannot use. */
export function openPolicy(surroundings: PolicySurroundings): OpenPolicy {
  const { env, fleet, bus, audit, logger, redis, replicas, name } = surroundings
  const { GATEWAY_POLICY_FILE: path, GATEWAY_SWITCHES_FILE: switchesPath } = parseEnvironment(
    PolicyConfig,
    env,
  )
  const file = path === undefined ? undefined : openFile(path, surroundings, () => admission)
  const admission = new Admission(file?.content, (before, after) => tellOfChange(bus, fleet, before, after))
  const switches = new Switches((disabled) => {
    admission.setDisabled(disabled)
    void switchesFile?.write(switches.words)
  })
  const switchesFile =
    switchesPath === undefined
      ? undefined
      : new SwitchesFile(switchesPath, (error) =>
          logger.warn({ err: error }, 'What is disabled could not be written to GATEWAY_SWITCHES_FILE'),
        )
  switches.learn(switchesFile?.read() ?? [])
  const onError = (error: unknown) => logger.debug({ err: error }, 'Redis')
  const kept: KeptSwitches | undefined = redis && keepSwitches(redis, replicas, name, switches, onError)
  return {
    admission,
    addRoutes(add) {
      addSwitchRoutes(add, { fleet, switches, kept, file: switchesFile, audit, logger })
      addPolicyRoutes(add, { fleet, admission, file })
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

/** Milliseconds for which a rule that fails is not logged again. */
const REPEAT_AFTER = 60_000

function openFile(
  path: string,
  { rules, logger }: Pick<PolicySurroundings, 'rules' | 'logger'>,
  admission: () => Admission,
): WatchedFile<Policy> {
  const loggedAt = new Map<string, number>()
  const onFailure = (rule: string, code: string) => {
    if (Date.now() - (loggedAt.get(rule) ?? 0) < REPEAT_AFTER) return
    loggedAt.set(rule, Date.now())
    logger.warn({ rule, code }, 'A rule of the policy had no answer, and counted against the caller')
  }
  return rules({
    ...{ kind: 'policy', path, variable: 'GATEWAY_POLICY_FILE' },
    parse: (text, file) => readPolicy(text, file, { onFailure }),
    apply: (policy) => admission().setPolicy(policy),
    nameOf: ({ version }) => `version ${version}`,
  })
}
