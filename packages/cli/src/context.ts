import type { Environment, Settings } from './settings.ts'
import { createTerminal, type Terminal } from './terminal/terminal.ts'

/** What a command works with; tests hand in streams of their own. */
export interface Context {
  readonly settings: Settings
  readonly env: Environment
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** Where answers go. */
export function terminalOn(context: Context, stream: 'stdout' | 'stderr' = 'stdout'): Terminal {
  return createTerminal(context[stream], context.env)
}

export function printJson({ stdout }: Context, value: unknown): void {
  stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}
