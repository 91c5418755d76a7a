import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { InvalidError } from '@atoll/errors'
import { discoverApps } from '../apps/discover-apps.ts'
import { type Context, terminalOn } from '../context.ts'
import { readServices, type Services } from '../dev/services-file.ts'
import { openHome } from '../files/open-home.ts'
import { inheritedEnvironment } from '../fleet/server-environment.ts'
import { InterruptedError, listenForInterrupts } from '../process/interrupts.ts'
import { onLines } from '../process/lines.ts'
import { prettyLogLine } from '../process/log-line.ts'
import { recordRun } from '../process/run-records.ts'

const LOOK_EVERY = 150
const END_WITHIN = 6_000

/** Run the app of the current folder on the services beside it; resolves with its exit code. */
export async function devServer(context: Context): Promise<number> {
  const { settings } = context
  const { all } = await discoverApps(settings)
  const app = all.find(({ directory }) => directory === process.cwd())
  if (!app) throw new InvalidError(`${basename(process.cwd())} is no app: run this in a folder of apps.`)
  await openHome(settings.home)
  using interrupts = listenForInterrupts()
  try {
    const { environments } = await servicesBeside(settings.home, interrupts.stop)
    const env = { ...inheritedEnvironment(settings.env), ...environments[app.name] }
    terminalOn(context).print(`${app.name} at ${app.mcp}`)
    // A session of its own: the watcher must hear from us alone when to end, and once.
    const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', app.main], {
      cwd: app.directory,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [child.stdout, child.stderr]) {
      onLines(stream, (line) => context.stdout.write(`${prettyLogLine(line)}\n`))
    }
    const forget = await recordRun(settings.home, { name: app.name, kind: 'server', pid: child.pid ?? 0 })
    const end = () => {
      child.kill('SIGTERM')
      const killer = setTimeout(() => killGroup(child.pid), END_WITHIN).unref()
      interrupts.kill.addEventListener('abort', () => killGroup(child.pid), { once: true })
      child.on('exit', () => clearTimeout(killer))
    }
    if (interrupts.stop.aborted) end()
    else interrupts.stop.addEventListener('abort', end, { once: true })
    const code = await new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 0)))
    killGroup(child.pid)
    await forget()
    return interrupts.stop.aborted ? 0 : code
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
    return 0
  }
}

async function servicesBeside(home: string, stop: AbortSignal): Promise<Services> {
  for (;;) {
    stop.throwIfAborted()
    const services = await readServices(home)
    if (services) return services
    await delay(LOOK_EVERY, undefined, { signal: stop }).catch(() => {})
  }
}

/** Whatever the watcher left behind in its group. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left.
  }
}
