import { freePort } from '@atoll/tooling/free-port'
import { type NodeProcess, nodeProcess } from './node-process.ts'

export const BADNESSES = [
  'silent',
  'slow',
  'flapping',
  'refusing',
  'not JSON',
  'wrong schema',
  'another id',
  'huge',
  'endless',
] as const

/** What a server can do to those who call it. */
export type Badness = 'well' | (typeof BADNESSES)[number]

export interface BadServer extends NodeProcess {
  readonly url: string
  be(badness: Badness): void
}

/** A server of 2026-07-28 in a process of its own, so that what it does costs the test nothing. */
export async function badServer(): Promise<BadServer> {
  const port = await freePort()
  const server = nodeProcess(new URL('./servers/bad.ts', import.meta.url), { PORT: String(port) })
  return {
    ...server,
    url: `http://127.0.0.1:${port}/mcp`,
    be: (badness) => server.send({ badness }),
  }
}
