import type { LogLevel } from '../define/tool.ts'
import { LOG_LEVEL_KEY } from '../edge/meta-keys.ts'
import type { Call } from '../edge/service.ts'

const LEVELS: readonly LogLevel[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]

/** Modern clients name a level in each request or get nothing; 2025-era ones get all (MCP utilities/logging). */
export function passesLevel(call: Call, level: LogLevel): boolean {
  const wanted = call.meta[LOG_LEVEL_KEY]
  if (wanted === undefined) return call.era === 'legacy'
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted as LogLevel)
}
