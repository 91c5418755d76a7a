import { join } from 'node:path'
import { discoverApps } from '../apps/discover-apps.ts'
import { explainFullDisk } from '../files/explain-full-disk.ts'
import { openHome } from '../files/open-home.ts'
import { InterruptedError, type Interrupts, listenForInterrupts, whenAborted } from '../process/interrupts.ts'
import type { Settings } from '../settings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { banner } from './banner.ts'
import { becomeLauncher, LAUNCHER, recover } from './become-launcher.ts'
import { layFoundation } from './foundation.ts'
import { keepPostgres } from './keep-postgres.ts'
import { publishFleet } from './publish-fleet.ts'
import { startServers } from './start-servers.ts'

/**
 * Start everything, show how to use it, and keep it until Ctrl-C, SIGTERM or SIGHUP; then stop it in order. Throws an
 * AppError when the fleet cannot be started.
 */
export async function startFleet(settings: Settings, terminal: Terminal): Promise<void> {
  using interrupts = listenForInterrupts()
  try {
    await using cleanup = new AsyncDisposableStack()
    await runFleet({ settings, terminal, interrupts, cleanup })
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw (await explainFullDisk(settings.home, error)) ?? error
  }
  terminal.print('Stopped.')
}

export interface Run {
  readonly settings: Settings
  readonly terminal: Terminal
  readonly interrupts: Interrupts
  /** What has to be undone, newest first. */
  readonly cleanup: AsyncDisposableStack
}

async function runFleet(run: Run): Promise<void> {
  const { settings, terminal, interrupts, cleanup } = run
  const apps = await discoverApps(settings)
  await openHome(settings.home)
  await becomeLauncher(settings, apps, cleanup)
  await recover(settings, apps, terminal)
  const foundation = await layFoundation(
    { settings, apps, prepare: apps.all, user: LAUNCHER, terminal, signal: interrupts.stop },
    cleanup,
  )
  if (foundation.postgres) keepPostgres(foundation.postgres, { terminal, interrupts })
  const servers = await startServers(run, apps, foundation.serverEnvironment)
  const { identity } = foundation
  const fleet = await publishFleet({ settings, apps, identity, terminal, stop: interrupts.stop }, cleanup)
  const lines = servers.map(({ app, state }) => ({ app, state: state === 'ready' ? 'ready' : 'not ready' }))
  terminal.print(banner(fleet, lines, { settings, terminal, logs: join(settings.home, 'logs') }))
  await whenAborted(interrupts.stop)
  terminal.print(terminal.interactive ? '\nStopping; Ctrl-C again ends everything at once.' : 'Stopping.')
}
