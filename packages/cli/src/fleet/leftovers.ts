import { ConflictError } from '@atoll/errors'
import { type App, portVariable } from '../apps/app.ts'
import { endProcesses } from '../process/end-process.ts'
import { portHolder, portState } from '../process/port.ts'
import { describeProcess, environmentOf, type ProcessInfo } from '../process/process-info.ts'
import { liveRuns } from '../process/run-records.ts'
import type { Settings } from '../settings.ts'

/**
 * The servers of a launcher of this home that was killed: those it wrote down, and those that hold a port of ours,
 * run our app and carry our home in their environment. Call while holding the launcher's lock.
 */
export async function findLeftovers(settings: Settings, apps: readonly App[]): Promise<ProcessInfo[]> {
  const recorded = (await liveRuns(settings.home)).filter(({ kind }) => kind === 'server')
  const holders = await Promise.all(apps.map((app) => ourHolder(settings, app)))
  const all = [...recorded, ...holders.filter((holder) => holder !== undefined)]
  return [...new Map(all.map((each) => [each.pid, each])).values()]
}

async function ourHolder(settings: Settings, app: App): Promise<ProcessInfo | undefined> {
  if ((await portState(app.port)) !== 'taken') return undefined
  const holder = await portHolder(app.port)
  if (!holder?.command.includes(app.main)) return undefined
  return (await environmentOf(holder.pid, 'ATOLL_HOME')) === settings.home ? holder : undefined
}

/** End them by their process ids. */
export function endLeftovers(leftovers: readonly ProcessInfo[]): Promise<void> {
  return endProcesses(leftovers)
}

/** Throws ConflictError with one sentence when a port cannot be used: which, who holds it, how to move. */
export async function refuseTakenPorts(apps: readonly App[]): Promise<void> {
  const problems = await Promise.all(apps.map(portProblem))
  const found = problems.filter((problem) => problem !== undefined)
  if (found.length > 0) throw new ConflictError(found.join('\n'))
}

async function portProblem({ name, port }: App): Promise<string | undefined> {
  const state = await portState(port)
  const variable = portVariable(name)
  if (state === 'privileged') {
    return `Port ${port} for ${name} needs root: choose one above 1023 with ${variable}.`
  }
  if (state === 'free') return undefined
  const holder = await portHolder(port)
  const who = holder ? describeProcess(holder) : 'another program'
  const suggestion = `${variable}=${port < 50_000 ? port + 10_000 : port - 10_000}`
  return `Port ${port}, which ${name} needs, is taken by ${who}: stop it, or move ${name} with ${suggestion}.`
}
