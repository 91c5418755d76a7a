import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The app's entry as it is run from source. */
export const MAIN = fileURLToPath(new URL('../../../apps/knowledge-base/src/main.ts', import.meta.url))

/** Run a command of the app in a process of its own; answers what it printed. Throws when it fails. */
export async function runApp(args: readonly string[], env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: Buffer[] = []
  const complained: Buffer[] = []
  child.stdout.on('data', (chunk) => said.push(chunk))
  child.stderr.on('data', (chunk) => complained.push(chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${Buffer.concat(complained)}`)
  return Buffer.concat(said).toString()
}
