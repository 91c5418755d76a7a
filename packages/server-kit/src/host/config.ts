import { z } from 'zod'
import { bytes, type Size } from '../define/units.ts'

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)
const size = z
  .string()
  .regex(/^\d+(b|kb|mb)$/, 'must be a size such as 4mb')
  .transform((text) => bytes(text as Size))
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** What every server reads from its environment, beside identity (see `@atoll/auth`) and its domain's own part. */
export const HostConfig = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  /** Canonical URI of the MCP endpoint: what tokens must be issued for. */
  PUBLIC_URL: z.url().optional(),
  ALLOWED_HOSTS: list.default([]),
  ALLOWED_ORIGINS: list.default([]),
  BODY_LIMIT: size.default(4 * 1024 * 1024),
  REDIS_URL: z.url().optional(),
  /** Seals what travels through clients; must be the same on all replicas. */
  STATE_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** A token endpoint (RFC 8693) that lets this server act for its callers elsewhere; with the next two, or not at all. */
  DELEGATION_TOKEN_URL: z.url({ protocol: /^https?$/ }).optional(),
  DELEGATION_CLIENT_ID: z.string().optional(),
  DELEGATION_CLIENT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** What tokens of delegation are for; the endpoint decides unless given. */
  DELEGATION_RESOURCE: z.url().optional(),
  /** Where gateways take registrations (`POST /register`), separated by commas; with the next, or not at all. */
  REGISTRY_URL: list
    .pipe(z.array(z.url({ protocol: /^https?$/, error: 'must be http or https URLs' })))
    .default([]),
  REGISTRY_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** Where the gateway reaches this instance; made of the next, or HOST, and PORT unless given. */
  INSTANCE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The address of this instance alone: of IPv4 or IPv6, as a cluster tells it. */
  INSTANCE_HOST: z.string().optional(),
  /** Milliseconds between "not ready" and the end of listening, for load balancers to notice. */
  DRAIN_DELAY_MS: z.coerce.number().int().min(0).default(0),
  /** Milliseconds that calls in flight get to finish. */
  SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().min(0).default(10_000),
  /** Sessions for 2025-era clients: the load balancer must then be sticky by `Mcp-Session-Id`. */
  MCP_SESSIONS: flag.default(false),
})
export type HostConfig = z.output<typeof HostConfig>

export type Environment = Readonly<Record<string, string | undefined>>

/** Thrown when the environment cannot be used; the message names each variable and what it must be. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/** Parse variables. Throws ConfigError. Empty strings count as absent. */
export function parseEnvironment<T extends z.ZodType>(schema: T, env: Environment): z.output<T> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = schema.safeParse(present)
  if (parsed.success) return parsed.data
  throw new ConfigError(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`),
  )
}
