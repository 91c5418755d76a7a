import { InvalidError } from '@atoll/errors'
import { type Environment, parseEnvironment } from '@atoll/server-kit'
import { z } from 'zod'
import type { ServerConfig } from '../config.ts'
import { Exchange, type ExchangeConfig } from './exchange-config.ts'

const TokensConfig = z.object({
  /** What calls carry to servers that say nothing else of themselves. */
  GATEWAY_TOKENS: z.enum(['assertion', 'exchange']).default('assertion'),
  /** Where tokens are exchanged, as JSON. */
  GATEWAY_EXCHANGE: z.string().optional(),
})

const EXAMPLE =
  'It is JSON like { "issuer": "https://login.example.com", "clientId": "mcp-gateway", "clientSecretFile": "/run/secrets/client" }.'

/**
 * How calls to each server are authorized: undefined for an assertion of the gateway, else where tokens are exchanged.
 * Throws ConfigError or InvalidError, whose messages say what is wrong and show no value.
 */
export function parseTokens(
  env: Environment,
  servers: readonly ServerConfig[],
  trusted: readonly string[],
): (server: ServerConfig) => ExchangeConfig | undefined {
  const { GATEWAY_TOKENS: usual, GATEWAY_EXCHANGE: text } = parseEnvironment(TokensConfig, env)
  const shared = text === undefined ? undefined : parseExchange(text)
  const exchangeOf = ({ tokens, exchange }: ServerConfig) => {
    if (exchange) return exchange
    return (tokens ?? usual) === 'exchange' ? shared : undefined
  }
  for (const server of servers) {
    const exchange = exchangeOf(server)
    if (!exchange && (server.tokens ?? usual) === 'exchange')
      throw new InvalidError(
        `Tokens for ${server.name} are to be exchanged, so GATEWAY_EXCHANGE must say where. ${EXAMPLE}`,
      )
    const stranger = exchange && subjectIssuersOf(exchange).find((issuer) => !trusted.includes(issuer))
    if (stranger !== undefined)
      throw new InvalidError(
        `Tokens of ${stranger} are to be exchanged for ${server.name}, but AUTH_ISSUERS does not trust it, so nobody could come with one.`,
      )
  }
  return exchangeOf
}

/** Whose tokens may be shown to the identity provider. */
export function subjectIssuersOf({ subjectIssuers, issuer }: ExchangeConfig): readonly string[] {
  return subjectIssuers ?? [issuer]
}

function parseExchange(text: string): ExchangeConfig {
  const { data, error } = Exchange.safeParse(parseJson(text))
  if (data) return data
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'it'} ${message}`)
  throw new InvalidError(`GATEWAY_EXCHANGE is not right: ${problems.join('; ')}. ${EXAMPLE}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InvalidError(`GATEWAY_EXCHANGE is not JSON. ${EXAMPLE}`, { cause })
  }
}
