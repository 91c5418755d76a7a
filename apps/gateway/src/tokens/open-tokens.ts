import { readFileSync } from 'node:fs'
import {
  actorTokens,
  clientCredentials,
  exchangedTokens,
  type OutboundTokenSource,
  type OwnTokenSource,
  readSigningKeys,
  type SignedAssertions,
  tokenEndpoint,
} from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import type { Environment } from '@atoll/server-kit'
import type { ServerConfig } from '../config.ts'
import type { Identity } from '../identity.ts'
import { ACTOR } from '../outbound.ts'
import type { ExchangeConfig } from './exchange-config.ts'
import { parseTokens, subjectIssuersOf } from './tokens-config.ts'

/** Where tokens for one server come from. */
export interface ServerTokens {
  readonly callers: OutboundTokenSource
  readonly own: OwnTokenSource
}

export interface TokensOptions {
  readonly env: Environment
  readonly servers: readonly ServerConfig[]
  /** Issuers of callers' tokens. */
  readonly trusted: readonly string[]
  readonly identity: Identity
  readonly assertions: SignedAssertions
}

export interface Tokens {
  of(server: ServerConfig): ServerTokens
  /** Issuers whose tokens are shown to an identity provider. */
  readonly exchangeable: ReadonlySet<string>
}

/** Throws ConfigError or InvalidError, whose messages say what to do. */
export function openTokens({ env, servers, trusted, identity, assertions }: TokensOptions): Tokens {
  const exchangeOf = parseTokens(env, servers, trusted)
  const signed: ServerTokens = { callers: assertions, own: assertions }
  const exchanges = new Set(servers.map(exchangeOf).filter((exchange) => exchange !== undefined))
  // Servers that share an identity provider share what it handed out.
  const opened = new Map([...exchanges].map((each) => [each, openExchange(each, identity, assertions)]))
  return {
    of(server) {
      const exchange = exchangeOf(server)
      return (exchange && opened.get(exchange)) ?? signed
    },
    exchangeable: new Set([...exchanges].flatMap(subjectIssuersOf)),
  }
}

function openExchange(
  config: ExchangeConfig,
  identity: Identity,
  assertions: SignedAssertions,
): ServerTokens {
  const { issuer, tokenEndpoint: url, clientId, target, timeout, actorToken, discovery } = config
  const endpoint = tokenEndpoint({ issuer, url, clientId, timeout, proof: proofOf(config, identity) })
  const actor = { issuer: identity.issuer, key: identity.keys, actor: ACTOR, audience: issuer }
  return {
    callers: exchangedTokens({
      endpoint,
      target,
      subjectIssuers: new Set(subjectIssuersOf(config)),
      actorToken: actorToken ? actorTokens(actor) : undefined,
    }),
    own:
      discovery === 'assertion'
        ? assertions
        : clientCredentials({ endpoint, target, scopes: config.discoveryScopes }),
  }
}

function proofOf({ clientSecretFile, clientKeyFile }: ExchangeConfig, { keys }: Identity) {
  if (clientSecretFile !== undefined) return readFile('clientSecretFile', clientSecretFile).trim()
  if (clientKeyFile === undefined) return keys
  try {
    return readSigningKeys(readFile('clientKeyFile', clientKeyFile))
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new InvalidError(`clientKeyFile (${clientKeyFile}) is not usable: ${cause.message}.`, { cause })
  }
}

function readFile(what: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new InvalidError(`${what} (${file}) of the token exchange cannot be read.`, { cause })
  }
}
