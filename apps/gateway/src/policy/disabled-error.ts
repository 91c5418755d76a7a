import { AppError } from '@atoll/errors'
import type { Switch } from './switch.ts'

/**
 * Somebody who runs the gateway disabled it: trying again does not help until they enable it. No UnavailableError, for
 * which an earlier answer may stand in.
 */
export class DisabledError extends AppError {
  readonly code = 'DISABLED'
  readonly status = 503

  /** Whether it ended a call that was under way, of which a server may have done something. */
  readonly isCut: boolean

  constructor({ what, reason }: Pick<Switch, 'what' | 'reason'>, { isCut = false } = {}) {
    const [kind = '', ...name] = what.split(':')
    const subject = kind === 'tenant' ? 'Your organisation' : name.join(':')
    super(`${subject} is disabled at the moment: ${reason.replace(/[.!?]+$/, '')}.`)
    this.isCut = isCut
  }
}
