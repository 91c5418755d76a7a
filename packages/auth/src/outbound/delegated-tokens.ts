import { InvalidTokenError } from '../auth-errors.ts'
import { type Lifetime, lifetimeSeconds } from '../lifetime.ts'
import type { Principal } from '../principal.ts'
import { signToken } from '../signing/sign-token.ts'
import type { SigningKeys } from '../signing/signing-keys.ts'
import type { OutboundToken } from './token-source.ts'

export interface DelegatedTokenOptions {
  /** The `iss` of the tokens, and their audience: whoever hands them out takes them, too. */
  issuer: string
  audience: string
  key: SigningKeys
  /** 15 minutes unless told otherwise, an hour at most. */
  ttl?: Lifetime
  /** Milliseconds since the epoch. */
  clock?: () => number
}

export interface DelegatedTokenRequest {
  /** Of the token that is exchanged. */
  principal: Principal
  /** Who asks, and will act. */
  client: string
  /** All that the principal may delegate unless given. */
  scopes?: readonly string[] | undefined
}

export interface DelegatedToken extends OutboundToken {
  readonly scopes: readonly string[]
}

/** Seconds. */
const LONGEST = 3600

/**
 * Tokens with which a server acts for somebody who asked it to, after their own request has ended (RFC 8693): the
 * subject stays, `act` is the server, the scopes are those of `mayDelegate` that were asked for.
 * Throws a TypeError when `ttl` is longer than an hour.
 */
export function delegatedTokens(options: DelegatedTokenOptions) {
  const { issuer, audience, key, clock = Date.now } = options
  const ttl = lifetimeSeconds(options.ttl ?? '15m')
  if (ttl > LONGEST) throw new TypeError(`Delegated tokens live for at most ${LONGEST} s, not ${ttl}`)
  return {
    /** Rejects with InvalidTokenError when the principal has expired. */
    async token({ principal, client, scopes }: DelegatedTokenRequest): Promise<DelegatedToken> {
      const issuedAt = Math.floor(clock() / 1000)
      if (principal.expiresAt <= issuedAt)
        throw new InvalidTokenError('The token has expired. Get a new one.')
      const { subject, issuer: subjectIssuer, tenant, roles, actor } = principal
      const granted = [...(principal.mayDelegate ?? [])]
      const narrowed = granted.filter((scope) => scopes?.includes(scope) ?? true).sort()
      const expiresAt = issuedAt + ttl
      const token = await signToken(key, {
        issuer,
        audience,
        subject,
        subjectIssuer,
        tenant,
        roles: [...roles],
        scopes: narrowed,
        clientId: client,
        actor: { sub: client, ...(actor !== undefined && { act: { sub: actor } }) },
        issuedAt,
        expiresAt,
      })
      return { token, expiresAt, scopes: narrowed }
    },
  }
}

export type DelegatedTokens = ReturnType<typeof delegatedTokens>
