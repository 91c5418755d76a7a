import { Writable } from 'node:stream'
import { server } from '../../src/server.ts'
import type { Library } from '../library.ts'

/** Run the app's own `import`; resolves with what it printed, rejects as it does. */
export async function runImportCommand(
  { ownerUrl, appUrl }: Pick<Library, 'ownerUrl' | 'appUrl'>,
  args: readonly string[],
  {
    env = {},
    signal = new AbortController().signal,
  }: { env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<{ stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' }
  const into = (name: keyof typeof printed) =>
    new Writable({
      write(chunk, _encoding, done) {
        printed[name] += String(chunk)
        done()
      },
    })
  await server.commands.import?.run({
    args,
    env: { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl, ...env },
    stdout: into('stdout'),
    stderr: into('stderr'),
    signal,
  })
  return printed
}
