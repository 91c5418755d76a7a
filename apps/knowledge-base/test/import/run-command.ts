import { Writable } from 'node:stream'
import { server } from '../../src/server.ts'
import type { Library } from '../library.ts'

type Target = Pick<Library, 'ownerUrl' | 'appUrl'>
interface Options {
  env?: Record<string, string>
  signal?: AbortSignal
  /** Of progress and problems. */
  onStderr?: () => void
}

/** Run the app's own `import`; resolves with what it printed, rejects as it does. */
export const runImportCommand = (target: Target, args: readonly string[], options?: Options) =>
  runCommand('import', target, args, options)

/** The same of any of its commands. */
export async function runCommand(
  name: 'import' | 'seed',
  { ownerUrl, appUrl }: Target,
  args: readonly string[],
  { env = {}, signal = new AbortController().signal, onStderr }: Options = {},
): Promise<{ stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' }
  const into = (name: keyof typeof printed) =>
    new Writable({
      write(chunk, _encoding, done) {
        printed[name] += String(chunk)
        if (name === 'stderr') onStderr?.()
        done()
      },
    })
  await server.commands[name]?.run({
    args,
    env: { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl, ...env },
    stdout: into('stdout'),
    stderr: into('stderr'),
    signal,
  })
  return printed
}
