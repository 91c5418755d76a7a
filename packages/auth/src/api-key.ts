import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { digest } from './digest.ts'
import { SCOPE } from './scopes.ts'

export const API_KEY_PREFIX = 'atk_'

const ApiKeyRecord = z.strictObject({
  /** Of the whole key. A key is 256 random bits, so a fast hash cannot be searched. */
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits'),
  subject: z.string().min(1),
  tenant: z.string().min(1),
  scopes: z.array(z.string().regex(SCOPE, 'must be a scope')),
  roles: z.array(z.string().min(1)).optional(),
  clientId: z.string().min(1).optional(),
  /** ISO 8601, for example 2027-01-31T00:00:00Z. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
})
/** What is kept of an API key. */
export type ApiKeyRecord = z.output<typeof ApiKeyRecord>

const ApiKeyFile = z.strictObject({ keys: z.array(ApiKeyRecord) })

/** Make an API key: show `key` to its owner once, keep `record` in the keys file (`{ "keys": [record, ...] }`). */
export function createApiKey(identity: Omit<ApiKeyRecord, 'hash'>): { key: string; record: ApiKeyRecord } {
  const key = `${API_KEY_PREFIX}${randomBytes(32).toString('base64url')}`
  return { key, record: ApiKeyRecord.parse({ ...identity, hash: `sha256:${digest(key)}` }) }
}

/** The records in the text of a keys file. Throws an Error naming the first field that is wrong. */
export function parseApiKeys(text: string): readonly ApiKeyRecord[] {
  const { data, error } = ApiKeyFile.safeParse(JSON.parse(text))
  if (data) return data.keys
  const [issue] = error.issues
  throw new Error(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`)
}
