import { join } from 'node:path'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/discover-apps.ts'
import { FailedError } from '../failed-error.ts'
import { LogFile } from '../process/log-file.ts'
import { ServerProcess } from '../process/server-process.ts'
import { announcer } from './announce.ts'
import type { Run } from './start-fleet.ts'

/**
 * Start the domains together, then the gateway, which finds them ready. One that does not get ready is reported and
 * the others go on; throws FailedError when none does.
 */
export async function startServers(
  run: Run,
  apps: Apps,
  environmentOf: (app: App) => Record<string, string>,
): Promise<ServerProcess[]> {
  const { settings, terminal, interrupts, cleanup } = run
  const domains = apps.domains.map((app) => serverOf(app, environmentOf(app), run))
  const gateway = serverOf(apps.gateway, environmentOf(apps.gateway), run)
  // The gateway ends first, so that no call reaches a server that is draining.
  cleanup.defer(async () => void (await Promise.all(domains.map((server) => server.stop(interrupts.kill)))))
  cleanup.defer(() => gateway.stop(interrupts.kill))

  for (const group of [domains, [gateway]]) {
    if (group.length === 0) continue
    await terminal.step(`Starting ${group.map(({ app }) => app.name).join(', ')}`, async (step) => {
      await Promise.all(group.map((server) => server.start(interrupts.stop)))
      interrupts.stop.throwIfAborted()
      const ready = group
        .filter(({ state }) => state === 'ready')
        .map(({ app }) => `${app.name} on port ${app.port}`)
      step.done(ready.length === 0 ? 'None of them is ready' : `Started ${ready.join(', ')}`)
    })
  }
  const all = [gateway, ...domains]
  if (all.some(({ state }) => state === 'ready')) return all
  throw new FailedError(`None of the servers got ready; their logs are in ${join(settings.home, 'logs')}.`)
}

function serverOf(
  app: App,
  env: Record<string, string>,
  { settings, terminal, cleanup }: Run,
): ServerProcess {
  const path = join(settings.home, 'logs', `${app.name}.log`)
  const log = new LogFile(path, ({ message }) =>
    terminal.print(`${path} cannot be written (${message}); ${app.name} goes on without it.`),
  )
  cleanup.use(log)
  return new ServerProcess({
    app,
    home: settings.home,
    env,
    log,
    onEvent: announcer(terminal, app.name, path),
  })
}
