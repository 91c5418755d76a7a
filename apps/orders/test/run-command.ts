import { Writable } from 'node:stream'
import type { Command } from '@atoll/database'

/** Run a command of the server as the command line does and return what it wrote. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  ownerUrl: string,
  signal: AbortSignal = new AbortController().signal,
  onStderr?: () => void,
): Promise<{ stdout: string; stderr: string }> {
  const [stdout, stderr] = [new Written(), new Written(onStderr)]
  await command.run({ args, env: { DATABASE_OWNER_URL: ownerUrl }, stdout, stderr, signal })
  return { stdout: stdout.text, stderr: stderr.text }
}

class Written extends Writable {
  text = ''
  readonly #onWrite: (() => void) | undefined

  constructor(onWrite?: () => void) {
    super()
    this.#onWrite = onWrite
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    this.#onWrite?.()
    done()
  }
}
