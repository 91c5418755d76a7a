import type { Meta } from './envelope.ts'
import type { Params } from './options.ts'

/** Whether a notification tells of a request's progress: a server may tell of another on its stream, and no token at all is nobody's. */
export function isProgressOf(meta: Meta | undefined, method: string, { progressToken }: Params): boolean {
  const own = meta?.progressToken
  return method === 'notifications/progress' && own !== undefined && progressToken === own
}
