import { join } from 'node:path'
import { ConflictError, UnavailableError } from '@atoll/errors'
import type { App } from '../apps/app.ts'
import { type Apps, discoverApps } from '../apps/discover-apps.ts'
import { openHome } from '../files/open-home.ts'
import { InterruptedError, type Interrupts, listenForInterrupts } from '../process/interrupts.ts'
import { tryLock } from '../process/lock.ts'
import { LogFile } from '../process/log-file.ts'
import { liveRuns, recordRun } from '../process/run-records.ts'
import { ServerProcess } from '../process/server-process.ts'
import type { Settings } from '../settings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { announcer } from './announce.ts'
import { banner } from './banner.ts'
import { removeFleet, writeFleet } from './fleet-file.ts'
import { type Foundation, layFoundation } from './foundation.ts'
import { DEVELOPER } from './identity.ts'
import { issueFleet } from './issue-fleet.ts'
import { keepPostgres } from './keep-postgres.ts'
import { endLeftovers, findLeftovers, refuseTakenPorts } from './leftovers.ts'

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
    if (!(error instanceof InterruptedError)) throw error
  }
  terminal.print('Stopped.')
}

interface Run {
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
  await becomeLauncher(run, apps)
  await recover(run, apps)
  const foundation = await layFoundation(
    { settings, apps, prepare: apps.all, user: LAUNCHER, terminal, signal: interrupts.stop },
    cleanup,
  )
  if (foundation.postgres) keepPostgres(foundation.postgres, { terminal, interrupts })
  const servers = await startServers(run, apps, foundation)
  await publish(run, apps, foundation, servers)
  await untilAborted(interrupts.stop)
  terminal.print(terminal.interactive ? '\nStopping; Ctrl-C again ends everything at once.' : 'Stopping.')
}

export const LAUNCHER = { name: 'launcher', kind: 'launcher' } as const

/** Be the only launcher of this home, or say who is. */
export async function becomeLauncher(
  { settings, cleanup }: Pick<Run, 'settings' | 'cleanup'>,
  apps: Apps,
): Promise<void> {
  const lock = await tryLock(settings.home, 'launcher')
  if (!lock) {
    const other = (await liveRuns(settings.home)).find(({ kind }) => kind === 'launcher')
    const how = other
      ? `Ctrl-C where it runs, or \`kill ${other.pid}\`, stops it`
      : 'it is starting or stopping just now'
    throw new ConflictError(`The fleet is already running (gateway at ${apps.gateway.url}): ${how}.`)
  }
  cleanup.use(lock)
  cleanup.defer(await recordRun(settings.home, { ...LAUNCHER, pid: process.pid }))
}

/** Clear away what a killed launcher left, then make sure that nobody else has our ports. */
async function recover({ settings, terminal }: Run, apps: Apps): Promise<void> {
  await removeFleet(settings.home)
  const leftovers = await findLeftovers(settings, apps.all)
  if (leftovers.length > 0) {
    await terminal.step('Ending servers that an earlier, killed run left behind', async (step) => {
      await endLeftovers(leftovers)
      const pids = leftovers.map(({ pid }) => pid).join(', ')
      step.done(`Ended what an earlier, killed run left behind (process ${pids})`)
    })
  }
  await refuseTakenPorts(apps.all)
}

async function startServers(
  { settings, terminal, interrupts, cleanup }: Run,
  apps: Apps,
  foundation: Foundation,
): Promise<ServerProcess[]> {
  const make = (app: App): ServerProcess => {
    const path = join(settings.home, 'logs', `${app.name}.log`)
    const log = new LogFile(path, ({ message }) =>
      terminal.print(`${path} cannot be written (${message}); ${app.name} goes on without it.`),
    )
    cleanup.defer(() => log.close())
    const onEvent = announcer(terminal, app.name, path)
    return new ServerProcess({
      app,
      home: settings.home,
      env: foundation.serverEnvironment(app),
      log,
      onEvent,
    })
  }
  const domains = apps.domains.map(make)
  const gateway = make(apps.gateway)
  // The gateway goes first, so that no call reaches a server that is draining.
  cleanup.defer(async () => void (await Promise.all(domains.map((server) => server.stop(interrupts.kill)))))
  cleanup.defer(() => gateway.stop(interrupts.kill))

  await terminal.step(`Starting ${domains.map(({ app }) => app.name).join(', ')}`, async (step) => {
    await Promise.all(domains.map((server) => server.start()))
    step.done(domains.map(({ app }) => `${app.name} on port ${app.port}`).join(', '))
  })
  interrupts.stop.throwIfAborted()
  await terminal.step('Starting the gateway', async (step) => {
    await gateway.start()
    step.done(`gateway on port ${gateway.app.port}`)
  })
  interrupts.stop.throwIfAborted()
  const all = [gateway, ...domains]
  if (all.every(({ state }) => state !== 'ready')) {
    throw new UnavailableError(
      `None of the servers became ready; their logs are in ${join(settings.home, 'logs')}.`,
    )
  }
  return all
}

/** Write fleet.json and print the banner; sign new tokens long before the old ones end. */
async function publish(
  { settings, terminal, cleanup }: Run,
  apps: Apps,
  { identity }: Foundation,
  servers: readonly ServerProcess[],
): Promise<void> {
  const fleet = await issueFleet(apps, identity)
  cleanup.defer(() => removeFleet(settings.home))
  await writeFleet(settings.home, fleet)
  const renew = async () => {
    try {
      await writeFleet(settings.home, await issueFleet(apps, identity))
    } catch (error) {
      terminal.print(`fleet.json could not be renewed: ${error instanceof Error ? error.message : error}`)
    }
  }
  const timer = setInterval(renew, (DEVELOPER.ttl / 2) * 1_000)
  cleanup.defer(() => clearInterval(timer))
  const lines = servers.map(({ app, state }) => ({ app, state: state === 'ready' ? 'ready' : 'not ready' }))
  terminal.print(banner(fleet, lines, { settings, terminal }))
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
