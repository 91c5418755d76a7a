import { type TokenExchange, tokenExchange } from '@atoll/auth'
import { ConfigError, type HostConfig } from './config.ts'

type Variables = Pick<
  HostConfig,
  'DELEGATION_TOKEN_URL' | 'DELEGATION_CLIENT_ID' | 'DELEGATION_CLIENT_SECRET' | 'DELEGATION_RESOURCE'
>

/** The token exchange that the environment names, if it does. Throws ConfigError when it names half of one. */
export function delegationOf(config: Variables): TokenExchange | undefined {
  const { DELEGATION_TOKEN_URL: url, DELEGATION_CLIENT_ID: clientId } = config
  const { DELEGATION_CLIENT_SECRET: clientSecret, DELEGATION_RESOURCE: resource } = config
  if (url === undefined && clientId === undefined && clientSecret === undefined) return undefined
  if (url !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return tokenExchange({ url, clientId, clientSecret, resource })
  }
  throw new ConfigError([
    'DELEGATION_TOKEN_URL, DELEGATION_CLIENT_ID and DELEGATION_CLIENT_SECRET are needed together, or none of them',
  ])
}
