import { createHash, timingSafeEqual } from 'node:crypto'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { audienceOf, type ServerConfig } from '../config.ts'

const Lifetime = z.string().regex(/^[1-9]\d*(s|m|h)$/, 'must be a lifetime such as 15m')

export const DelegationConfig = z.object({
  /** Servers that may exchange what the gateway sent them, as JSON. */
  GATEWAY_CLIENTS: z.string().optional(),
  /** How long a token lives with which a server acts for a caller; an hour at most. */
  GATEWAY_DELEGATION_TTL: Lifetime.default('15m').transform((text) => text as `${number}${'s' | 'm' | 'h'}`),
})

const Clients = z.array(
  z.strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens, underscores'),
    server: z.string(),
    secret: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and the hash of the secret in hex'),
  }),
)

/** A server that may act for its callers. */
export interface Client {
  readonly id: string
  /** Whose assertions it may exchange: those the gateway made for this audience. */
  readonly audience: string
  readonly hash: Buffer
}

const EXAMPLE = 'It is a JSON list like [{ "id": "reports", "server": "reports", "secret": "sha256:…" }].'

/** The clients in GATEWAY_CLIENTS. Throws InvalidError, which names every entry that is wrong and shows no value. */
export function parseClients(text: string | undefined, servers: readonly ServerConfig[]): readonly Client[] {
  if (text === undefined) return []
  const { data, error } = Clients.safeParse(parseJson(text))
  if (!data) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'it'} ${message}`)
    throw new InvalidError(`GATEWAY_CLIENTS is not right: ${problems.join('; ')}. ${EXAMPLE}`)
  }
  const twice = data.find(({ id }, index) => data.findIndex((other) => other.id === id) !== index)
  if (twice) throw new InvalidError(`GATEWAY_CLIENTS names the client "${twice.id}" twice.`)
  return data.map(({ id, server: name, secret }) => {
    const server = servers.find((each) => each.name === name)
    if (!server)
      throw new InvalidError(`GATEWAY_CLIENTS: there is no server "${name}" for the client "${id}".`)
    return { id, audience: audienceOf(server), hash: Buffer.from(secret.slice('sha256:'.length), 'hex') }
  })
}

/** Whether this is the client's secret, in a time that does not depend on how wrong it is. */
export function isSecretOf(client: Client, secret: string): boolean {
  return timingSafeEqual(createHash('sha256').update(secret).digest(), client.hash)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InvalidError(`GATEWAY_CLIENTS is not JSON. ${EXAMPLE}`, { cause })
  }
}
