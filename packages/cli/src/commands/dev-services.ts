import { watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../apps/app.ts'
import { type Apps, discoverApps } from '../apps/discover-apps.ts'
import { type Context, terminalOn } from '../context.ts'
import { writeServices } from '../dev/services-file.ts'
import { openHome } from '../files/open-home.ts'
import { banner } from '../fleet/banner.ts'
import { becomeLauncher, LAUNCHER, recover } from '../fleet/become-launcher.ts'
import { type Foundation, layFoundation } from '../fleet/foundation.ts'
import { keepPostgres } from '../fleet/keep-postgres.ts'
import { publishFleet } from '../fleet/publish-fleet.ts'
import { InterruptedError, listenForInterrupts, whenAborted } from '../process/interrupts.ts'
import { readinessOf } from '../process/readiness.ts'
import { liveRuns } from '../process/run-records.ts'
import type { Terminal } from '../terminal/terminal.ts'

const PATIENCE = 30_000
const DRAIN_WITHIN = 8_000

/** Everything but the servers themselves: they run beside this, each with its own watcher. */
export async function devServices(context: Context): Promise<void> {
  const { settings } = context
  const terminal = terminalOn(context)
  using interrupts = listenForInterrupts()
  try {
    await using cleanup = new AsyncDisposableStack()
    const apps = await discoverApps(settings)
    await openHome(settings.home)
    await becomeLauncher(settings, apps, cleanup)
    await recover(settings, apps, terminal)
    const foundation = await layFoundation(
      { settings, apps, prepare: apps.all, user: LAUNCHER, terminal, signal: interrupts.stop },
      cleanup,
    )
    const { identity, postgres } = foundation
    if (postgres) keepPostgres(postgres, { terminal, interrupts })
    // PostgreSQL goes last: the servers beside us get the same signal and drain meanwhile.
    cleanup.defer(() => untilServersAreGone(settings.home, interrupts.kill))
    const environments = Object.fromEntries(
      apps.all.map((app) => [app.name, foundation.decidedEnvironment(app)]),
    )
    cleanup.defer(await writeServices(settings.home, { pid: process.pid, environments }))
    for (const app of apps.all) watchMigrations(app, foundation, terminal, interrupts.stop)
    const lines = await untilServersSettle(apps, settings.home, interrupts.stop)
    const stop = interrupts.stop
    const fleet = await publishFleet({ settings, apps, identity, terminal, stop, lookEvery: 3_000 }, cleanup)
    terminal.print(banner(fleet, lines, { settings, terminal }))
    await whenAborted(stop)
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
  }
}

/** Wait until the servers that were started beside us are ready; resolves with what each one is. */
async function untilServersSettle(apps: Apps, home: string, stop: AbortSignal) {
  const end = Date.now() + PATIENCE
  for (;;) {
    stop.throwIfAborted()
    const running = (await liveRuns(home)).filter(({ kind }) => kind === 'server').map(({ name }) => name)
    const lines = await Promise.all(
      [apps.gateway, ...apps.domains].map(async (app) => ({
        app,
        state: !running.includes(app.name)
          ? 'not started'
          : (await readinessOf(app.url)).ready
            ? 'ready'
            : 'not ready',
      })),
    )
    const settled = running.length > 0 && lines.every(({ state }) => state !== 'not ready')
    if (settled || Date.now() > end) return lines
    await delay(300, undefined, { signal: stop }).catch(() => {})
  }
}

async function untilServersAreGone(home: string, kill: AbortSignal): Promise<void> {
  const end = Date.now() + DRAIN_WITHIN
  while (!kill.aborted && Date.now() < end) {
    if ((await liveRuns(home)).every(({ kind }) => kind !== 'server')) return
    await delay(50)
  }
}

/** Migrate and seed again when a migration is added; the server itself is restarted by its own watcher. */
function watchMigrations(app: App, foundation: Foundation, terminal: Terminal, stop: AbortSignal): void {
  if (!app.database) return
  let timer: NodeJS.Timeout | undefined
  const prepare = async () => {
    try {
      if (await foundation.prepareAgain(app, (line) => terminal.print(`${app.name}  ${line}`))) {
        terminal.print(`${app.name}  migrated and seeded`)
      }
    } catch (error) {
      terminal.print(error instanceof Error ? error.message : String(error))
    }
  }
  try {
    const watcher = watch(join(app.directory, 'migrations'), { recursive: true, signal: stop }, () => {
      clearTimeout(timer)
      timer = setTimeout(prepare, 300)
    })
    watcher.on('error', () => {})
  } catch {
    // An app whose migrations live elsewhere is migrated at the next start.
  }
}
