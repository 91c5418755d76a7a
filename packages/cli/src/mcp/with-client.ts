import {
  Client,
  type ElicitRequest,
  type ElicitResult,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { explainMcpError } from './explain-mcp-error.ts'
import type { Target } from './target.ts'

/** Answers a question that a tool asks the person. */
export type Answerer = (request: ElicitRequest['params']) => Promise<ElicitResult>

/**
 * Connect to a target, in whichever protocol era it speaks, and close again. Without `answer` the server is told that
 * nobody can be asked. Rejects with an AppError whose message is one sentence.
 */
export async function withClient<T>(
  target: Target,
  use: (client: Client) => Promise<T>,
  { answer }: { answer?: Answerer | undefined } = {},
): Promise<T> {
  const client = new Client(
    { name: 'atoll-cli', version: '0.1.0' },
    {
      versionNegotiation: { mode: 'auto' },
      capabilities: answer ? { elicitation: { form: {} } } : {},
    },
  )
  if (answer) client.setRequestHandler('elicitation/create', ({ params }) => answer(params))
  const transport = new StreamableHTTPClientTransport(new URL(target.mcp), {
    authProvider: { token: async () => target.token },
    onInsufficientScope: 'throw',
  })
  try {
    await client.connect(transport)
    return await use(client)
  } catch (error) {
    throw explainMcpError(error, target)
  } finally {
    await client.close().catch(() => {})
  }
}
