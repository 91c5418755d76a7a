import { ForbiddenError, InvalidError, UnauthorizedError, UnavailableError } from '@atoll/errors'

/** What the command's exit code says; `atoll help` prints the same list. */
export const EXIT = {
  ok: 0,
  /** The tool or the command failed. */
  failed: 1,
  /** Wrong usage: an unknown command or option, or input that cannot be read. */
  usage: 2,
  /** Something it needs is not running or cannot be reached. */
  unreachable: 3,
  /** The caller may not do this. */
  forbidden: 4,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InvalidError) return EXIT.usage
  if (error instanceof UnavailableError) return EXIT.unreachable
  if (error instanceof ForbiddenError || error instanceof UnauthorizedError) return EXIT.forbidden
  return EXIT.failed
}
