import { spawn } from 'node:child_process'
import { onLines } from './lines.ts'

export interface CommandResult {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string
  readonly lines: readonly string[]
}

/** Run a Node program to its end; all it prints is handed to `onLine`. On abort it gets SIGTERM, then SIGKILL. */
export function runCommand(
  args: readonly string[],
  options: {
    cwd: string
    env: Readonly<Record<string, string>>
    signal: AbortSignal
    onLine: (line: string) => void
  },
): Promise<CommandResult> {
  const { cwd, env, signal, onLine } = options
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const lines: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      onLines(stream, (line) => {
        lines.push(line)
        onLine(line)
      })
    }
    const end = () => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
    }
    signal.addEventListener('abort', end, { once: true })
    child.on('error', reject)
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', end)
      resolve({ code: killedBy ?? code ?? 0, lines })
    })
  })
}
