import type { Principal } from '../principal.ts'

export interface OutboundTokenRequest {
  /** On whose behalf. There is no token without one: nobody falls back to the rights of the service itself. */
  principal: Principal
  /** The canonical URI of the server to be called. */
  audience: string
  /** The scopes that the call needs; the token carries those of them that the principal was granted. */
  scopes: readonly string[]
  /** Scopes of other servers that this one may use on the principal's behalf; those that the principal was granted. */
  mayDelegate?: readonly string[]
  /** Passes over what is remembered: for the one retry after the server refused a token. */
  fresh?: boolean
}

export interface OutboundToken {
  readonly token: string
  /** Seconds since the epoch; never after the principal's own. */
  readonly expiresAt: number
}

/**
 * Where tokens for other servers come from, so that the caller's own token never travels on
 * (MCP basic/authorization, Access Token Privilege Restriction).
 */
export interface OutboundTokenSource {
  /**
   * A token for one audience: at once when one is remembered, otherwise as a promise.
   * Throws or rejects with InvalidTokenError when the principal has expired or whoever issued its token does not
   * stand by it any more, ForbiddenError when it may not have one, UnavailableError when none can be had.
   */
  token(request: OutboundTokenRequest): OutboundToken | Promise<OutboundToken>
}

export interface OwnTokenRequest {
  /** The canonical URI of the server to be called. */
  audience: string
  fresh?: boolean
}

/**
 * Where a service gets tokens as itself, to see what servers offer and how they are. Another interface than that of
 * callers' tokens, with nothing to ask rights for, so that one cannot stand in for the other.
 */
export interface OwnTokenSource {
  /** Throws or rejects with UnavailableError when none can be had. */
  ownToken(request: OwnTokenRequest): OutboundToken | Promise<OutboundToken>
}
