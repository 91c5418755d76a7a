import { LOG_LEVEL_KEY } from '../edge/meta-keys.ts'
import type { Call } from '../edge/service.ts'

const LEVELS: readonly unknown[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]

/**
 * Whether a call's client wants log lines of this level. Modern clients name one in each request or get nothing; 2025-era
 * ones name one for their session or get all (MCP utilities/logging).
 */
export function passesLevel(call: Pick<Call, 'era' | 'meta'>, level: unknown): boolean {
  const wanted = call.meta[LOG_LEVEL_KEY]
  if (wanted === undefined) return call.era === 'legacy'
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted)
}
