/** Who is asking: the verified content of one bearer token. */
export interface Principal {
  readonly subject: string
  readonly tenant: string
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  readonly clientId: string
  /** Who vouches for the subject: each issuer has its own `alice`. */
  readonly issuer: string
  /** The gateway that signed the token and names somebody of another issuer in it. */
  readonly gateway?: string
  /** Seconds since the epoch; `Infinity` for identities that do not expire (stdio, static tokens). */
  readonly expiresAt: number
  /** The party acting for the subject: the `act.sub` claim (RFC 8693 section 4.1). */
  readonly actor?: string
  /** Scopes of other servers that this one may use on the subject's behalf: the `may_delegate` claim of a gateway. */
  readonly mayDelegate?: ReadonlySet<string>
}
