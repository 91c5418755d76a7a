import { Writable } from 'node:stream'
import type { Command } from '@atoll/database'

/** Run a command of the server as the command line does and return what it wrote. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  ownerUrl: string,
): Promise<{ stdout: string }> {
  let text = ''
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() })
  const { signal } = new AbortController()
  await command.run({ args, env: { DATABASE_OWNER_URL: ownerUrl }, stdout, stderr, signal })
  return { stdout: text }
}
