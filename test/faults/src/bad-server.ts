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
  readonly port: number
  be(badness: Badness): void
}

/** A server of 2026-07-28 in a process of its own, so that what it does costs the test nothing; well at first. */
export async function badServer(port?: number): Promise<BadServer> {
  port ??= await freePort()
  const server = nodeProcess(new URL('./servers/bad.ts', import.meta.url), { PORT: String(port) })
  return {
    ...server,
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    be: (badness) => server.send({ badness }),
  }
}
