import { LimitedError } from '@atoll/errors'
import type { Step } from './invocation.ts'

/** Calls per principal and item (MCP server/tools, Security Considerations: servers MUST rate limit). */
export const limitRate: Step = (item, kit, next) => {
  const take = kit.limiters.limiter(`${item.server}:${item.kind}:${item.name}`, item.limits.rate)
  return async (invocation) => {
    const { issuer, tenant, subject } = invocation.call.principal
    const wait = await take(`${tenant}\n${subject}\n${issuer}`)
    if (wait !== undefined) {
      throw new LimitedError(`Too many calls of ${item.name}: the limit is ${item.limits.rate}.`, {
        retryAfter: wait,
      })
    }
    return next(invocation)
  }
}
