import { Pool } from 'undici'

export interface Question {
  query: string
  token: string
}

export interface Load {
  /** Milliseconds of each answer, ascending. */
  times: number[]
  /** Milliseconds of all. */
  elapsed: number
  /** Hits of all answers. */
  hits: number
  /** Answers that not all vectors were searched for. */
  degraded: number
}

interface Found {
  results: unknown[]
  searched: { by_meaning: string }
}

interface Answer {
  result?: { isError?: boolean; structuredContent?: Found }
}

/** Ask all questions, each once, so many callers at a time. Throws at the first that is not answered. */
export async function searchLoad(
  url: string,
  questions: readonly Question[],
  callers: number,
): Promise<Load> {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: callers })
  const waiting = questions.values()
  const times: number[] = []
  let hits = 0
  let degraded = 0
  const startedAt = performance.now()
  const call = async () => {
    for (const question of waiting) {
      const before = performance.now()
      const found = await ask(pool, pathname, question)
      hits += found.results.length
      if (found.searched.by_meaning !== 'full') degraded += 1
      times.push(performance.now() - before)
    }
  }
  try {
    await Promise.all(Array.from({ length: callers }, call))
  } finally {
    await pool.close()
  }
  return { times: times.sort((a, b) => a - b), elapsed: performance.now() - startedAt, hits, degraded }
}

async function ask(pool: Pool, path: string, { query, token }: Question): Promise<Found> {
  const { statusCode, body } = await pool.request({
    path,
    method: 'POST',
    headers: { ...HEADERS, authorization: `Bearer ${token}` },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: TOOL, arguments: { query }, _meta: META },
    }),
  })
  const text = await body.text()
  const { result } = JSON.parse(text) as Answer
  const found = result?.structuredContent
  if (statusCode !== 200 || result?.isError || !found) {
    throw new Error(`"${query}" was not answered: ${statusCode} ${text.slice(0, 500)}`)
  }
  return found
}

const TOOL = 'search_knowledge_base'
const VERSION = '2026-07-28'
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': VERSION,
  'mcp-method': 'tools/call',
  'mcp-name': TOOL,
}
const META = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
}
