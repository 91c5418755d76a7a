import { createApiKey } from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import { type Context, printJson } from '../context.ts'
import { parseSeconds } from '../fleet/duration.ts'

export interface ApiKeyOptions {
  readonly subject: string
  readonly tenant: string
  /** Separated by spaces or commas. */
  readonly scopes: string
  /** For ever unless given. */
  readonly ttl?: string
  readonly json?: boolean
}

/** Make an API key and print it, this once, with the record that a server keeps of it; nothing is stored. */
export function apiKey(context: Context, options: ApiKeyOptions): void {
  const { key, record } = mint(options)
  if (options.json) {
    printJson(context, { key, record })
    return
  }
  context.stdout.write(`${key}

That is the key: give it to ${record.subject}, it cannot be shown again.
Add the record to the file that MCP_API_KEYS_FILE names, { "keys": [ ... ] }; servers read it again by themselves:

${JSON.stringify(record, undefined, 2)}
`)
}

function mint({ subject, tenant, scopes: list, ttl }: ApiKeyOptions) {
  const scopes = list.split(/[\s,]+/).filter(Boolean)
  if (subject.trim() === '' || tenant.trim() === '' || scopes.length === 0)
    throw new InvalidError('--subject, --tenant and --scopes need a value.')
  const expiresAt = ttl && new Date(Date.now() + parseSeconds(ttl) * 1_000).toISOString()
  try {
    return createApiKey({ subject, tenant, scopes, ...(expiresAt && { expiresAt }) })
  } catch (cause) {
    throw new InvalidError('--scopes must be scopes such as orders:read, separated by spaces.', { cause })
  }
}
