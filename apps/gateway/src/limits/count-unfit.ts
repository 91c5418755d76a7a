import { LimitedError } from '@atoll/errors'
import type { Call, Service } from '@atoll/server-kit'
import { asked } from '../audit.ts'
import type { Limits } from './limits.ts'

/** Count a request that is refused for its form like any other of its caller. */
export async function countUnfit(
  requests: 'calls' | 'lists',
  caller: Pick<Call, 'principal' | 'setHeader'>,
  limits: Pick<Limits, 'list' | 'refused'>,
): ReturnType<NonNullable<Service['countUnfit']>> {
  const about = asked('listing', undefined)
  try {
    await (requests === 'calls' ? limits.refused(about, caller) : limits.list(about, caller))
    return undefined
  } catch (error) {
    if (!(error instanceof LimitedError)) throw error
    return { error, rule: about.rule ?? 'rate' }
  }
}
