import { ConflictError } from '@atoll/errors'
import type { Apps } from '../apps/discover-apps.ts'
import { tryLock } from '../process/lock.ts'
import { liveRuns, recordRun } from '../process/run-records.ts'
import type { Settings } from '../settings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { removeFleet } from './fleet-file.ts'
import { endLeftovers, findLeftovers, refuseTakenPorts } from './leftovers.ts'

export const LAUNCHER = { name: 'launcher', kind: 'launcher' } as const

/** Be the only launcher of this home until `cleanup`. Throws ConflictError that says who is. */
export async function becomeLauncher(
  { home }: Settings,
  { gateway }: Apps,
  cleanup: AsyncDisposableStack,
): Promise<void> {
  const lock = await tryLock(home, LAUNCHER.name)
  if (!lock) {
    const other = (await liveRuns(home)).find(({ kind }) => kind === 'launcher')
    const how = other
      ? `Ctrl-C where it runs, or \`kill ${other.pid}\`, stops it`
      : 'it starts or stops just now'
    throw new ConflictError(`The fleet is already running (gateway at ${gateway.url}): ${how}.`)
  }
  cleanup.use(lock)
  cleanup.defer(await recordRun(home, { ...LAUNCHER, pid: process.pid }))
}

/** Clear away what a killed launcher left, then make sure that nobody else has our ports. */
export async function recover(settings: Settings, apps: Apps, terminal: Terminal): Promise<void> {
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
