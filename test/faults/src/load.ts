import { setTimeout as pause } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

export interface Outcome {
  readonly id: string
  /** `ok`, the code of the tool's error, or `lost` where the client got no answer at all. */
  readonly outcome: string
  /** What the answer says it is about. */
  readonly about: string | undefined
  /** Milliseconds. */
  readonly took: number
}

export interface LoadOptions {
  /** Where to connect, asked again after each lost connection: a person's client would try the next replica. */
  readonly mcp: () => string
  readonly token: string
  readonly tool: string
  /** Clients, each with one call at a time. */
  readonly clients?: number
  /** Milliseconds that each client rests between two calls. */
  readonly rest?: number
}

export interface Load {
  readonly outcomes: readonly Outcome[]
  /** Resolves when the last call under way has ended. */
  stop(): Promise<readonly Outcome[]>
}

let lastId = 0

/** Real clients that call one tool, each time with an id of its own, until told to stop. They repeat nothing. */
export function startLoad({ mcp, token, tool, clients = 6, rest = 0 }: LoadOptions): Load {
  const outcomes: Outcome[] = []
  let isStopped = false
  const one = async () => {
    let client: Client | undefined
    while (!isStopped) {
      const id = `${tool}-${++lastId}`
      const start = performance.now()
      let outcome = 'lost'
      let about: string | undefined
      try {
        client ??= await connected(mcp(), token)
        const result = await client.callTool({ name: tool, arguments: { id } })
        about = (result.structuredContent as { id?: string } | undefined)?.id
        outcome = result.isError ? codeOf(result) : 'ok'
      } catch {
        await client?.close().catch(() => {})
        client = undefined
      }
      outcomes.push({ id, outcome, about, took: performance.now() - start })
      if (rest > 0 || outcome === 'lost') await pause(rest || 20)
    }
    await client?.close()
  }
  const all = Promise.all(Array.from({ length: clients }, one))
  return {
    outcomes,
    async stop() {
      isStopped = true
      await all
      return outcomes
    },
  }
}

async function connected(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'load', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  return client
}

/** The kit and the gateway say in `_meta` what went wrong. */
function codeOf({ _meta }: { _meta?: Record<string, unknown> | undefined }): string {
  const { code } = (_meta?.['dev.atoll/error'] ?? {}) as { code?: string }
  return code ?? 'ERROR'
}
