import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '../start-fleet.ts'

/** A gateway whose console people come to through an identity provider. */
export interface SignInSite {
  /** Of the console; it ends in a slash. */
  readonly url: string
  readonly issuer: string
  close(): Promise<void>
}

const PROGRAM = join(ROOT, 'apps/gateway/test/fixture/sign-in-site-process.ts')

/** `ttl` is how many seconds a session lives. */
export async function startSignInSite({ ttl }: { ttl?: number } = {}): Promise<SignInSite> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env.PATH, ...(ttl !== undefined && { SIGN_IN_TTL: String(ttl) }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  async function close(): Promise<void> {
    child.kill('SIGTERM')
    await exit
  }
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue
    // Whoever does not read on must not stop it.
    child.stdout.resume()
    return { ...(JSON.parse(line) as { url: string; issuer: string }), close }
  }
  throw new Error('The site ended before it said where it is')
}
