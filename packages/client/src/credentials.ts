import { createHash } from 'node:crypto'

/** Who a request is made as. */
export interface Credentials {
  /** Names the authorization context: what is remembered about a server is kept apart by it. Holds no secret. */
  readonly context: string
  /** What the holder can be asked, as a 2025-era handshake declares it. With it the context has to be another one. */
  readonly capabilities?: Readonly<Record<string, unknown>> | undefined
  /** A bearer token for the server; `fresh` asks for a new one, because the server refused the last. */
  token(options?: { fresh?: boolean }): string | undefined | Promise<string | undefined>
}

/** No identity at all. */
export const anonymous: Credentials = { context: 'anonymous', token: () => undefined }

/** One fixed bearer token. */
export function bearer(token: string): Credentials {
  const context = createHash('sha256').update(token).digest('base64url').slice(0, 22)
  return { context: `bearer:${context}`, token: () => token }
}
