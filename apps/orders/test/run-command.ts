import { Writable } from 'node:stream'
import type { Command } from '@atoll/database'

/** Run a command of the server as the command line does and return what it wrote. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  ownerUrl: string,
): Promise<string> {
  let written = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      written += chunk
      done()
    },
  })
  const signal = new AbortController().signal
  await command.run({ args, env: { DATABASE_OWNER_URL: ownerUrl }, stdout, stderr: stdout, signal })
  return written
}
