import { Writable } from 'node:stream'
import { seedCommand } from '../../src/seed/command.ts'

/** Run `seed` with these options as the command line does; resolves with what it says. */
export async function seedBig(ownerUrl: string, ...args: string[]): Promise<string> {
  let said = ''
  const stream = () =>
    new Writable({
      write(chunk, _encoding, done) {
        said += chunk
        done()
      },
    })
  const env = { DATABASE_OWNER_URL: ownerUrl }
  await seedCommand.run({
    args,
    env,
    stdout: stream(),
    stderr: stream(),
    signal: new AbortController().signal,
  })
  return said
}
