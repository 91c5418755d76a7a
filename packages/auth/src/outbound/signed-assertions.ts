import type { JSONWebKeySet } from 'jose'
import { InvalidTokenError } from '../auth-errors.ts'
import { type Lifetime, lifetimeSeconds } from '../lifetime.ts'
import { LruCache } from '../lru-cache.ts'
import type { Principal } from '../principal.ts'
import { grantedOf } from '../scopes.ts'
import { signToken } from '../signing/sign-token.ts'
import type { SigningKeys } from '../signing/signing-keys.ts'
import type {
  OutboundToken,
  OutboundTokenRequest,
  OutboundTokenSource,
  OwnTokenSource,
} from './token-source.ts'

export interface SignedAssertionOptions {
  /** The `iss` of the tokens; the servers to be called list it in AUTH_ISSUERS with `authorizationServer: false`. */
  issuer: string
  /** The same for every replica that signs under this issuer. */
  key: SigningKeys
  /** Who acts for the user: the `act.sub` claim, and the `sub` of tokens for itself. */
  actor: string
  /** At most, and unless told otherwise, five minutes. */
  ttl?: Lifetime
  /** Tokens that are remembered; 10,000 unless told otherwise. */
  maxCachedTokens?: number
  /** Milliseconds since the epoch. */
  clock?: () => number
}

export interface SignedAssertions extends OutboundTokenSource, OwnTokenSource {
  /** Serve this where AUTH_ISSUERS of the servers to be called says. */
  readonly jwks: JSONWebKeySet
}

/** Seconds. */
const LONGEST = 300
/** Seconds before its end at which a token is replaced, where a later end is to be had. */
const MARGIN = 30

/**
 * Tokens that this process signs itself: subject = the user, `act` = the actor, scopes = granted and needed.
 * Throws a TypeError when `ttl` is longer than five minutes.
 */
export function signedAssertions(options: SignedAssertionOptions): SignedAssertions {
  const { issuer, key, actor, clock = Date.now } = options
  const ttl = lifetimeSeconds(options.ttl ?? '5m')
  if (ttl > LONGEST) throw new TypeError(`Signed assertions live for at most ${LONGEST} s, not ${ttl}`)
  const signed = new LruCache<OutboundToken>(options.maxCachedTokens ?? 10_000)
  const signing = new Map<string, Promise<OutboundToken>>()

  const sign = async (request: Narrowed, issuedAt: number, expiresAt: number): Promise<OutboundToken> => {
    const { subject, issuer: subjectIssuer, tenant, roles, clientId, actor: before } = request.principal
    const act = { sub: actor, ...(before !== undefined && { act: { sub: before } }) }
    const { audience, scopes, mayDelegate } = request
    const who = { subject, subjectIssuer, tenant, clientId, roles: [...roles], actor: act }
    const token = await signToken(key, { ...who, issuer, audience, scopes, mayDelegate, issuedAt, expiresAt })
    return { token, expiresAt }
  }

  const itself = withoutRights(actor, issuer)
  const narrowed = new WeakMap<OutboundTokenRequest, Narrowed>()
  const narrowedOnce = (asked: OutboundTokenRequest): Narrowed => {
    const known = narrowed.get(asked)
    if (known) return known
    const anew = narrow(asked, issuer)
    narrowed.set(asked, anew)
    return anew
  }

  const source: OutboundTokenSource = {
    token(asked) {
      const { principal, fresh = false } = asked
      const now = Math.floor(clock() / 1000)
      const expiresAt = Math.min(now + ttl, Math.floor(principal.expiresAt))
      if (expiresAt <= now) throw new InvalidTokenError('The token has expired. Get a new one.')
      const request = narrowedOnce(asked)
      const { id } = request
      const known = fresh ? undefined : signed.get(id)
      if (known && isGood(known, now, expiresAt, ttl)) return known
      // What a principal of another lifetime waits for may outlive this one.
      const once = `${expiresAt} ${id}`
      const running = signing.get(once)
      if (running) return running
      const started = sign(request, now, expiresAt)
        .then((token) => {
          signed.set(id, token)
          return token
        })
        .finally(() => signing.delete(once))
      signing.set(once, started)
      return started
    },
  }
  return {
    ...source,
    jwks: key.jwks,
    ownToken: (request) => source.token({ ...request, principal: itself, scopes: [] }),
  }
}

/** No tenant's data, no scopes: it sees what a server shows to anybody who is let in. */
function withoutRights(subject: string, issuer: string): Principal {
  const nothing: ReadonlySet<string> = new Set()
  return {
    subject,
    tenant: 'none',
    scopes: nothing,
    roles: nothing,
    clientId: subject,
    issuer,
    expiresAt: Number.POSITIVE_INFINITY,
  }
}

type What = Required<Pick<OutboundTokenRequest, 'principal' | 'audience' | 'scopes' | 'mayDelegate'>>
type Narrowed = What & { readonly id: string }

/** What of it is granted. */
function narrow(asked: OutboundTokenRequest, issuer: string): Narrowed {
  const { principal, audience, scopes, mayDelegate = [] } = asked
  const what = {
    principal,
    audience,
    scopes: grantedOf(principal, scopes),
    // What somebody else acts with already is not handed on any further.
    mayDelegate: (principal.gateway ?? principal.issuer) === issuer ? [] : grantedOf(principal, mayDelegate),
  }
  return { ...what, id: identity(what) }
}

/** Everything that the token says of the caller: whoever differs in any of it gets another token. */
function identity({ principal, audience, scopes, mayDelegate }: What): string {
  const { issuer, subject, clientId, tenant, actor, roles } = principal
  const who = [issuer, subject, clientId, tenant, actor, [...roles].sort()]
  return JSON.stringify([...who, audience, scopes, mayDelegate])
}

/** `latest` is when a token signed now would end: that is also as late as the principal allows. */
function isGood(known: OutboundToken, now: number, latest: number, ttl: number): boolean {
  if (known.expiresAt <= now || known.expiresAt > latest) return false
  return known.expiresAt === latest || known.expiresAt - now > Math.min(MARGIN, ttl / 4)
}
