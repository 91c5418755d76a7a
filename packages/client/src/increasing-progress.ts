import type { RequestOptions } from './options.ts'
import { isProgressOf } from './progress-of.ts'

/**
 * The same options, with a listener that hears of progress only where it is more than it has heard: who is asked again
 * begins anew, and progress must increase (MCP basic/utilities/progress).
 */
export function increasingProgress(options: RequestOptions): RequestOptions {
  const { meta, onNotification } = options
  if (meta?.progressToken === undefined || !onNotification) return options
  let furthest = Number.NEGATIVE_INFINITY
  return {
    ...options,
    onNotification(method, params) {
      const { progress } = params
      if (typeof progress === 'number' && isProgressOf(meta, method, params)) {
        if (progress <= furthest) return true
        furthest = progress
      }
      return onNotification(method, params)
    },
  }
}
