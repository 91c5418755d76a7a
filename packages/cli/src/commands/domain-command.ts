import { InvalidError } from '@atoll/errors'
import type { App } from '../apps/app.ts'
import { type Apps, discoverApps } from '../apps/discover-apps.ts'
import { type Context, terminalOn } from '../context.ts'
import { openHome } from '../files/open-home.ts'
import { type Foundation, layFoundation } from '../fleet/foundation.ts'
import { listenForInterrupts } from '../process/interrupts.ts'
import { quietTerminal } from '../terminal/quiet-terminal.ts'

/**
 * Do something with one domain's database and environment, with the fleet running or not: PostgreSQL is started for
 * the time when it does not run. What takes long is told on stderr. Throws InvalidError for an unknown domain.
 */
export async function withDomain<T>(
  context: Context,
  { name, purpose }: { name: string; purpose: string },
  run: (app: App, foundation: Foundation) => Promise<T>,
): Promise<T> {
  const { settings } = context
  const apps = await discoverApps(settings)
  const app = findDomain(apps, name)
  await openHome(settings.home)
  await using cleanup = new AsyncDisposableStack()
  const terminal = quietTerminal(terminalOn(context, 'stderr'))
  const user = { name: `${purpose}-${name}-${process.pid}`, kind: 'visitor' } as const
  using interrupts = listenForInterrupts()
  const foundation = await layFoundation(
    { settings, apps, prepare: [app], user, terminal, signal: interrupts.stop },
    cleanup,
  )
  return await run(app, foundation)
}

function findDomain(apps: Apps, name: string): App {
  const found = apps.domains.find((app) => app.name === name)
  if (found) return found
  throw new InvalidError(
    `There is no domain "${name}"; there is ${apps.domains.map((app) => app.name).join(', ')}.`,
  )
}
