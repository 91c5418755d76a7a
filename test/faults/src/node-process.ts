import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

export interface NodeProcess {
  readonly pid: number
  /** What it said so far, of both outputs; the last 64 kB. */
  output(): string
  /** Null as long as it runs, and when a signal ended it. */
  exitCode(): number | null
  send(message: object): void
  /** Resolves when it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>
}

const KEPT = 65_536

/** A script as a process of its own, started with flags of Node if given, killed when the test ends. */
export function nodeProcess(
  script: URL,
  env: Record<string, string>,
  flags: readonly string[] = [],
): NodeProcess {
  const child = spawn(process.execPath, [...flags, script.pathname], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output = (output + chunk).slice(-KEPT)
    })
  const isGone = () => child.exitCode !== null || child.signalCode !== null
  const stop = async (signal: NodeJS.Signals) => {
    if (isGone()) return
    // Not before the last of what it said is read.
    const exit = once(child, 'close')
    child.kill(signal)
    await exit
  }
  onTestFinished(() => stop('SIGKILL'))
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exitCode: () => child.exitCode,
    send(message) {
      child.send(message)
    },
    stop,
  }
}
