import type { DelegatedToken } from '@atoll/auth'

/** Acting for the caller at other servers, also after the call has ended. */
export interface Delegation {
  /**
   * A token for the gateway with as many of these scopes as the caller may delegate; `scopes` of the answer says
   * which. It is a secret: keep it encrypted, and no longer than needed.
   * Rejects with UnauthorizedError, ForbiddenError or UnavailableError, whose messages say what to do.
   */
  token(request: { scopes: readonly string[]; signal?: AbortSignal }): Promise<DelegatedToken>
}
