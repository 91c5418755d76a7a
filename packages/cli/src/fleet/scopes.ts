import { z } from 'zod'
import type { App } from '../apps/app.ts'

const Metadata = z.looseObject({ scopes_supported: z.array(z.string()).default([]) })

/** The scopes a running server knows, from its metadata (RFC 9728); none when it does not answer. */
export async function scopesOf({ url, mcp }: App): Promise<string[]> {
  const path = new URL(mcp).pathname
  try {
    const response = await fetch(`${url}/.well-known/oauth-protected-resource${path}`, {
      signal: AbortSignal.timeout(3_000),
      headers: { connection: 'close' },
    })
    return Metadata.parse(await response.json()).scopes_supported
  } catch {
    return []
  }
}
