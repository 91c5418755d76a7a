import type { Principal } from '@atoll/auth'
import type { analyticsStore } from '../store.ts'

interface Asking {
  deps: Pick<ReturnType<typeof analyticsStore>, 'coverage'>
  principal: Principal
  signal: AbortSignal
}

/** Answers are the same for the whole tenant until the next import, which may be another process: hence the revision. */
export const CACHED = {
  ttl: '1h',
  shared: 'tenant',
  tags: ['sales'],
  revision: ({ deps, principal, signal }: Asking) => deps.coverage.revision(principal, { signal }),
} as const
