import { InsufficientScopeError } from '@atoll/errors'
import type { Step } from './invocation.ts'

/** The one place where scopes gate a call; naming all that are needed (MCP authorization, Scope Challenge). */
export const authorize: Step = (item, _kit, next) => {
  const needed = item.scopes
  return (invocation) => {
    const granted = invocation.call.principal.scopes
    for (const scope of needed) {
      if (!granted.has(scope)) return Promise.reject(new InsufficientScopeError(needed))
    }
    return next(invocation)
  }
}
