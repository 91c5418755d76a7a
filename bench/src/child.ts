import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Child {
  url: string
  /** What the server said of itself beside its URL. */
  said: Record<string, string>
  process: ChildProcess
  stop(): Promise<void>
}

/** Start a server of `src/servers` on one core, leaving the others to the load; resolves when it listens. */
export async function startServer(name: string, env: Record<string, string> = {}, core = 0): Promise<Child> {
  const script = fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url))
  const [command, ...args] = pinned([process.execPath, script], core)
  const child = endingWithUs(
    spawn(command, args, {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  )
  const said = await new Promise<Record<string, string>>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Record<string, string>))
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened`)))
  })
  return {
    url: said.url ?? '',
    said,
    process: child,
    stop: () => stopped(child),
  }
}

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill()
})

/** A bench that fails leaves no server behind. */
export function endingWithUs(child: ChildProcess): ChildProcess {
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

export async function stopped(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined
  child.kill('SIGTERM')
  await ended
}

/** On one core, where the machine lets choose. */
export function pinned(command: [string, ...string[]], core = 0): [string, ...string[]] {
  return existsSync('/usr/bin/taskset') ? ['/usr/bin/taskset', '-c', String(core), ...command] : command
}
