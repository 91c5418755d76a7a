import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { buildPage } from '@atoll/tooling/page'
import { ROOT } from '../start-fleet.ts'
import { type MadeUpFleet, madeUpCall } from './made-up-fleet.ts'

/** The console's page at a gateway whose fleet is as large, and does what, a test wants. */
export interface MadeUpGateway {
  readonly url: string
  /** What was asked of it with POST. */
  readonly orders: { path: string; body: unknown }[]
  /** Tells those who watch of a call. */
  call(change?: object): void
  /** Ends every connection. While it is away new ones are ended too. */
  setAway(isAway: boolean): void
  close(): Promise<void>
}

export interface MadeUpOptions {
  readonly fleet: MadeUpFleet
  readonly session?: object
  /** What routes answer by their path, beside the fleet and the calls. */
  readonly answers?: Readonly<Record<string, unknown>>
}

const NO_LIMITS = { limits: [], budgets: [] }

const ALICE = {
  signedIn: true,
  subject: 'alice',
  tenant: 'acme',
  roles: [],
  scopes: [],
  expiresAt: 0,
  isAdmin: false,
}

export async function startMadeUpGateway({
  fleet,
  session = ALICE,
  answers = {},
}: MadeUpOptions): Promise<MadeUpGateway> {
  const html = await buildPage(join(ROOT, 'apps/gateway'), 'console')
  const watching = new Set<ServerResponse>()
  const orders: { path: string; body: unknown }[] = []
  let isAway = false
  const tell = (event: string, data: unknown) => {
    for (const each of watching) each.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const withoutTools = () => ({
    at: Date.now(),
    servers: fleet.servers.map(({ tools: _, problems: _p, ...server }) => server),
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isAway) return void request.socket.destroy()
    const { pathname } = new URL(request.url ?? '/', 'http://console')
    if (pathname === '/') {
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policyOf(html),
      }
      return void response.writeHead(200, headers).end(html)
    }
    const path = pathname.replace('/console/api/', '')
    if (request.headers['x-atoll-console'] === undefined) return answer(response, 403, {})
    if (request.method === 'POST') orders.push({ path, body: await json(request) })
    if (path === 'events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      watching.add(response)
      response.once('close', () => watching.delete(response))
      return tell('fleet', withoutTools())
    }
    const found = { session, fleet, limits: NO_LIMITS, calls: { entries: fleet.calls }, ...answers }[path]
    if (found === undefined)
      answer(response, 404, { error: { code: 'NOT_FOUND', message: 'There is no such view.' } })
    else answer(response, 200, found)
  }

  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const second = setInterval(() => {
    fleet.pass()
    tell('fleet', withoutTools())
  }, 1_000)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    orders,
    call: (change = {}) => tell('call', { ...madeUpCall(), ...change }),
    setAway(next) {
      isAway = next
      if (isAway) server.closeAllConnections()
    },
    async close() {
      clearInterval(second)
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** As the gateway has it: scripts and styles by the hashes of those in the page. */
function policyOf(html: string): string {
  const found = [...html.matchAll(/<(script|style)\b[^>]*>([\s\S]*?)<\/\1>/g)]
  const hashes = (element: string) =>
    found
      .filter(([, name]) => name === element)
      .map(([, , text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
      .join(' ')
  return [
    "default-src 'none'",
    `script-src ${hashes('script')}`,
    `style-src ${hashes('style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
