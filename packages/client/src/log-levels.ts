import type { Discovery } from './discovery.ts'
import type { Flight } from './sender.ts'

/** In the 2025 era they come without being asked for. */
export const LOG_LINE = 'notifications/message'
const LOG_LEVEL_KEY = 'io.modelcontextprotocol/logLevel'
/** The most talkative first (MCP server/utilities/logging). */
const LEVELS: readonly unknown[] = [
  ...['debug', 'info', 'notice', 'warning'],
  ...['error', 'critical', 'alert', 'emergency'],
]

/** Whether a request wants log lines of a server that has some. */
export function wantsLines({ capabilities }: Discovery, { meta, options }: Flight): boolean {
  const isHeard = options.onNotification !== undefined && LEVELS.includes(meta?.[LOG_LEVEL_KEY])
  return isHeard && capabilities.logging !== undefined
}

/**
 * What sessions of 2025-era servers were told to log. A request of 2026-07-28 names its own level, a session has one for all:
 * the most talkative that any of its requests wanted. Whoever is told of its lines picks those that they want.
 */
export class LogLevels {
  readonly #told = new WeakMap<Discovery, { level: number; heard: Promise<void> }>()

  /** Resolves when the session logs what the request wants, or will not. `tell` is asked once for each level. */
  want(speaks: Discovery, { meta }: Flight, tell: (level: string) => Promise<unknown>): Promise<void> {
    const level = LEVELS.indexOf(meta?.[LOG_LEVEL_KEY])
    const known = this.#told.get(speaks)
    if (known && known.level <= level) return known.heard
    const heard = tell(String(LEVELS[level])).then(
      () => undefined,
      // A call is not to fail for the lines that it goes without.
      () => undefined,
    )
    this.#told.set(speaks, { level, heard })
    return heard
  }
}
