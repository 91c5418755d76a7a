import { setTimeout as delay } from 'node:timers/promises'
import type { Apps } from '../apps/discover-apps.ts'
import type { Settings } from '../settings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type Fleet, removeFleet, writeFleet } from './fleet-file.ts'
import { DEVELOPER, type DevelopmentIdentity } from './identity.ts'
import { issueFleet } from './issue-fleet.ts'

export interface PublishOptions {
  readonly settings: Settings
  readonly apps: Apps
  readonly identity: DevelopmentIdentity
  readonly terminal: Terminal
  readonly stop: AbortSignal
  /** Milliseconds between looks at the servers' scopes; new ones get new tokens. */
  readonly lookEvery?: number
}

/** Half of their life is left when tokens are replaced. */
const RENEW_AFTER = (DEVELOPER.ttl / 2) * 1_000

/** Write fleet.json, keep its tokens fresh until `stop`, and remove it at `cleanup`. */
export async function publishFleet(options: PublishOptions, cleanup: AsyncDisposableStack): Promise<Fleet> {
  const { settings, apps, identity } = options
  const fleet = await issueFleet(apps, identity)
  cleanup.defer(() => removeFleet(settings.home))
  await writeFleet(settings.home, fleet)
  void renew(fleet, options)
  return fleet
}

async function renew(
  fleet: Fleet,
  { settings, apps, identity, terminal, stop, lookEvery = RENEW_AFTER }: PublishOptions,
): Promise<void> {
  let current = fleet
  for (;;) {
    await delay(lookEvery, undefined, { signal: stop, ref: false }).catch(() => {})
    if (stop.aborted) return
    try {
      const next = await issueFleet(apps, identity)
      const added = next.scopes.filter((scope) => !current.scopes.includes(scope))
      const isOld = Date.parse(current.expiresAt) - Date.now() < RENEW_AFTER
      if (added.length === 0 && !isOld) continue
      if (stop.aborted) return
      await writeFleet(settings.home, next)
      current = next
      if (added.length > 0) terminal.print(`fleet.json has a new token, with ${added.join(', ')}.`)
    } catch (error) {
      terminal.print(`fleet.json could not be renewed: ${error instanceof Error ? error.message : error}`)
    }
  }
}
