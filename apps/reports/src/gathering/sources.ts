import { bearer, Client, RpcError } from '@atoll/client'
import { InvalidError, UnavailableError } from '@atoll/errors'
import type { Need } from '../types/define-type.ts'

/** The other servers, through the gateway, on behalf of one person. */
export interface Sources {
  /** Rejects as `Client.request` does, and with InvalidError in the words of a tool that refused. */
  ask(need: Need, options: { signal: AbortSignal }): Promise<unknown>
  close(): Promise<void>
}

/** Milliseconds for one question, attempts and pauses included. */
const TIMEOUT = 30_000

/** A client of its own for each report: nothing that one person's token brought can reach another's. */
export function openSources(url: string, token: string): Sources {
  const client = new Client({ url, name: 'The gateway', timeout: TIMEOUT, credentials: bearer(token) })
  return {
    async ask({ tool, arguments: args, answer }, { signal }) {
      // Reports only ever ask; whatever broke off may be asked again.
      const call = { name: tool, arguments: args }
      const result = await client
        .request('tools/call', call, { signal, isRepeatable: true })
        .catch((error) => {
          throw error instanceof RpcError ? unknownTool(tool, error) : error
        })
      if (result.isError === true) throw new InvalidError(textOf(result.content))
      return answer.parse(result.structuredContent)
    },
    close: () => client.close(),
  }
}

/** The gateway carries what servers refuse as results; a JSON-RPC error says that nobody offers such a tool. */
function unknownTool(tool: string, cause: RpcError): UnavailableError {
  return new UnavailableError(`No server offers ${tool} at the moment.`, { cause })
}

/** The words without the code that stands before them for programs. */
function textOf(content: unknown): string {
  const [first] = Array.isArray(content) ? content : []
  return typeof first?.text === 'string'
    ? first.text.replace(/^[A-Z_]+: /, '')
    : 'The tool refused without saying why.'
}
