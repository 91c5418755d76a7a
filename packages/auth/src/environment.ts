import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import type { AuthOptions } from './authenticator.ts'
import { isKeyUrl } from './keys/key-loader.ts'
import { canonicalResource } from './resource-metadata.ts'
import { SCOPE, splitScopes } from './scopes.ts'

const Issuer = z.strictObject({
  issuer: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }),
  jwks: z.string().refine(isKeyUrl, 'must be an https, loopback http or file URL'),
  authorizationServer: z.boolean().optional(),
  gateway: z.boolean().optional(),
  tenants: z.array(z.string().min(1)).min(1).optional(),
})

const Issuers = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' })
      return z.NEVER
    }
  })
  .pipe(z.array(Issuer))
  .refine((all) => new Set(all.map((one) => one.issuer)).size === all.length, 'names an issuer twice')

const Environment = z
  .object({
    PORT: z.string().regex(/^\d{1,5}$/, 'must be a port number'),
    PUBLIC_URL: z.string().refine(isResource, 'must be an http(s) URL without query, fragment and user'),
    AUTH_ISSUERS: Issuers,
    MCP_BEARER_TOKEN: z
      .string()
      .regex(/^[\w.~+/-]+=*$/, 'must be letters, digits and -._~+/ only')
      .refine((token) => !token.startsWith('atk_'), 'must not begin like an API key (atk_)'),
    MCP_BEARER_TENANT: z.string(),
    MCP_BEARER_SUBJECT: z.string(),
    MCP_BEARER_SCOPES: z
      .string()
      .transform(splitScopes)
      .refine((scopes) => scopes.every((scope) => SCOPE.test(scope)), 'must be scopes, separated by spaces'),
    MCP_API_KEYS_FILE: z.string(),
    NODE_ENV: z.string(),
  })
  .partial()
  .superRefine((env, context) => {
    const problem = (variable: string, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message })
    if (!env.PUBLIC_URL && !Number(env.PORT))
      problem('PUBLIC_URL', 'is needed where PORT is not a fixed port')
    if (env.MCP_BEARER_TOKEN === undefined) return
    if (env.NODE_ENV === 'production' && env.MCP_BEARER_TOKEN.length < 32)
      problem('MCP_BEARER_TOKEN', 'must have at least 32 characters in production')
    if (!env.MCP_BEARER_TENANT) problem('MCP_BEARER_TENANT', 'is needed with MCP_BEARER_TOKEN')
    if (!env.MCP_BEARER_SCOPES?.length) problem('MCP_BEARER_SCOPES', 'is needed with MCP_BEARER_TOKEN')
  })

/** The part of AuthOptions that comes from the environment. */
export type AuthEnvironment = Required<Pick<AuthOptions, 'resource' | 'issuers' | 'staticTokens'>> &
  Pick<AuthOptions, 'apiKeysFile'>

/**
 * Reads PUBLIC_URL (or PORT), AUTH_ISSUERS, MCP_BEARER_* and MCP_API_KEYS_FILE. Empty counts as absent; with no
 * way to sign in configured, everybody is refused.
 * Throws InvalidError, whose message names every variable that is wrong and never shows a value.
 */
export function parseAuthEnvironment(env: Readonly<Record<string, string | undefined>>): AuthEnvironment {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const { data, error } = Environment.safeParse(present)
  if (!data) throw new InvalidError(describe(error))
  const { MCP_BEARER_TOKEN: token, MCP_API_KEYS_FILE: apiKeysFile } = data
  return {
    resource: canonicalResource(data.PUBLIC_URL ?? `http://127.0.0.1:${data.PORT}/mcp`),
    issuers: data.AUTH_ISSUERS ?? [],
    staticTokens: token === undefined ? [] : [staticToken(token, data)],
    ...(apiKeysFile !== undefined && { apiKeysFile }),
  }
}

function staticToken(token: string, env: z.output<typeof Environment>) {
  return {
    token,
    subject: env.MCP_BEARER_SUBJECT ?? 'static-token',
    tenant: env.MCP_BEARER_TENANT ?? '',
    scopes: env.MCP_BEARER_SCOPES ?? [],
  }
}

function describe(error: z.ZodError): string {
  const problems = error.issues.map(({ path: [variable, ...inside], message }) =>
    inside.length === 0
      ? `${String(variable)} ${message}`
      : `${String(variable)} (${inside.join('.')}) ${message}`,
  )
  return `The environment is not right: ${problems.join('; ')}.`
}

function isResource(url: string): boolean {
  try {
    return canonicalResource(url) !== ''
  } catch {
    return false
  }
}
