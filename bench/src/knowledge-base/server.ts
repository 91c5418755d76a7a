import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { developmentIssuer } from '@atoll/auth'
import { freePort } from '@atoll/tooling/free-port'
import { pinned } from '../child.ts'
import type { Observed } from './observe.ts'
import { MAIN, OBSERVE } from './run-app.ts'

export interface Who {
  subject: string
  tenant: string
  scopes: string[]
  roles: string[]
}

export interface KnowledgeBaseServer {
  /** Of the MCP endpoint. */
  url: string
  pid: number
  token(who: Who): Promise<string>
  /** What it saw since it was asked last. */
  observed(): Promise<Observed>
  stop(): Promise<void>
}

/** The knowledge base as it ships, with all of its safeguards, every thread of it on core 0. */
export async function startKnowledgeBase(appUrl: string): Promise<KnowledgeBaseServer> {
  const directory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/mcp`
  const issuer = developmentIssuer({ directory, issuer: 'http://127.0.0.1/development' })
  const [command, ...args] = pinned([process.execPath, '--import', OBSERVE, MAIN])
  const child = spawn(command, args, {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      STATE_SECRET: 'a-secret-of-at-least-32-characters',
      DATABASE_URL: appUrl,
      AUTH_ISSUERS: JSON.stringify([{ issuer: issuer.issuer, jwks: issuer.jwksUrl }]),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  while (!(await isReady(port))) {
    if (child.exitCode !== null)
      throw new Error(`The server ended with ${child.exitCode} before it was ready`)
  }
  return {
    url,
    pid: child.pid ?? 0,
    token: (who) => issuer.sign({ ...who, audience: url, ttl: '2h' }),
    async observed() {
      const answer = once(child, 'message')
      child.send('observed')
      const [seen] = await answer
      return seen as Observed
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      await rm(directory, { recursive: true })
    },
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    if ((await fetch(`http://127.0.0.1:${port}/ready`)).ok) return true
  } catch {}
  await new Promise((resolve) => setTimeout(resolve, 20))
  return false
}
