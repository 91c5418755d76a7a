import { z } from 'zod'
import { Milliseconds } from '../units.ts'

/** Secrets and people's tokens are sent there. */
const SafeUrl = z.string().refine(isSafe, 'must be an https URL, or http on this machine')

/** How tokens for servers are exchanged at an identity provider (RFC 8693). */
export const Exchange = z
  .strictObject({
    /** Its exact `iss`; its metadata names the token endpoint unless the next line does. */
    issuer: SafeUrl,
    tokenEndpoint: SafeUrl.optional(),
    /** Who the gateway is there. */
    clientId: z.string().min(1).max(255),
    /** What it proves that with; its own signing key unless given. */
    clientSecretFile: z.string().min(1).optional(),
    clientKeyFile: z.string().min(1).optional(),
    /** The parameter that says what a token is for. */
    target: z.enum(['resource', 'audience', 'both']).default('resource'),
    /** Whose tokens it takes, beside nobody; its own unless given. */
    subjectIssuers: z.array(z.string()).min(1).optional(),
    /** Whether it is sent a token that says who acts. */
    actorToken: z.boolean().default(false),
    /** What the gateway looks at servers with. */
    discovery: z.enum(['client_credentials', 'assertion']).default('client_credentials'),
    discoveryScopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope')).default([]),
    /** Deadline of one request there. */
    timeout: Milliseconds.prefault('5s'),
  })
  .refine(({ clientSecretFile, clientKeyFile }) => !clientSecretFile || !clientKeyFile, {
    path: ['clientKeyFile'],
    message: 'and clientSecretFile must not both be given',
  })
export type ExchangeConfig = z.output<typeof Exchange>

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, hash } = new URL(text)
  if (username || password || hash) return false
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isHere)
}
