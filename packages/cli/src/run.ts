import { AppError } from '@atoll/errors'
import { CommanderError } from 'commander'
import type { Context } from './context.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { InterruptedError } from './process/interrupts.ts'
import { createProgram } from './program.ts'
import { type Environment, readSettings } from './settings.ts'

const DEBUG = '--debug'

export interface RunOptions {
  /** The folder that holds `apps`. */
  readonly root: string
  readonly env: Environment
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** Run the command line and resolve with the exit code; errors are told on stderr, one sentence each. */
export async function run(argv: readonly string[], options: RunOptions): Promise<number> {
  const { env, stdin, stdout, stderr, root } = options
  let exitCode: number = EXIT.ok
  try {
    const context: Context = { settings: readSettings(root, env), env, stdin, stdout, stderr }
    const program = createProgram(context, (code) => {
      exitCode = code
    })
    if (argv.length === 0) program.help()
    // Wherever it stands on the command line, it is for us.
    const args = argv.filter((each) => each !== DEBUG)
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 || argv.length === 0 ? EXIT.ok : EXIT.usage
    for (const each of unfold(error)) tell(each, { argv, stderr })
    return exitCodeOf(error)
  }
}

/** An error while clearing up hides the one before it; both count. */
function unfold(error: unknown): unknown[] {
  if (error instanceof SuppressedError) return [...unfold(error.suppressed), ...unfold(error.error)]
  return error instanceof InterruptedError ? [] : [error]
}

function tell(
  error: unknown,
  { argv, stderr }: { argv: readonly string[]; stderr: NodeJS.WritableStream },
): void {
  const debug = argv.includes(DEBUG)
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof AppError ? error.code : 'UNEXPECTED'
  if (argv.includes('--json')) stderr.write(`${JSON.stringify({ error: { code, message } })}\n`)
  else if (error instanceof AppError) stderr.write(`${message}\n`)
  else stderr.write(`Something unexpected happened: ${message}${debug ? '' : ' (--debug shows more)'}\n`)
  if (debug) stderr.write(`${error instanceof Error ? describe(error) : ''}\n`)
}

function describe(error: Error): string {
  return error.cause instanceof Error
    ? `${error.stack}\nCaused by: ${describe(error.cause)}`
    : `${error.stack}`
}
