import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { buildPage } from '@atoll/tooling/page'

/** What a host gives a page that names no domains (MCP Apps, Host Behavior). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "media-src 'self' data:",
  "connect-src 'none'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'self'",
].join('; ')

export interface HostServer {
  /** The host's page. */
  readonly url: string
  /** The sandbox's page, of another origin. */
  readonly sandbox: string
  close(): Promise<void>
}

/** Serves a web host for apps. Its page reaches the MCP server at `mcp` as `/mcp`, with the token, as hosts do. */
export async function startHostServer(mcp: string, token: string): Promise<HostServer> {
  const folder = new URL('../..', import.meta.url).pathname
  const [host, sandbox] = await Promise.all([buildPage(folder, 'host'), buildPage(folder, 'sandbox')])
  const hosting = await listen((request, response) => {
    if (request.url === '/mcp') void forward(request, response, mcp, token)
    else page(request, response, host, {})
  })
  const sandboxing = await listen((request, response) => {
    page(request, response, sandbox, { 'content-security-policy': POLICY })
  })
  return {
    url: hosting.url,
    sandbox: sandboxing.url,
    async close() {
      await Promise.all([hosting.close(), sandboxing.close()])
    },
  }
}

function page(
  request: IncomingMessage,
  response: ServerResponse,
  html: string,
  headers: Record<string, string>,
) {
  if (request.url !== '/') response.writeHead(204).end()
  else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
}

async function forward(request: IncomingMessage, response: ServerResponse, mcp: string, token: string) {
  const names = Object.keys(request.headers).filter((name) => /^(content-type|accept|mcp-.*)$/.test(name))
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]))
  try {
    const answer = await fetch(mcp, {
      method: request.method ?? 'POST',
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(request.method === 'POST' && { body: await text(request) }),
    })
    const type = answer.headers.get('content-type')
    response.writeHead(answer.status, type === null ? {} : { 'content-type': type }).end(await answer.text())
  } catch {
    response.writeHead(502).end()
  }
}

async function listen(handle: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
