import { UnavailableError } from '@atoll/errors'
import type { Switch } from './switch.ts'

/** Somebody who runs the gateway disabled it. Trying again does not help until they enable it. */
export class DisabledError extends UnavailableError {
  override readonly code = 'DISABLED'
  override readonly retryable = false

  constructor({ what, reason }: Pick<Switch, 'what' | 'reason'>) {
    const [kind = '', ...name] = what.split(':')
    const subject = kind === 'tenant' ? 'Your organisation' : name.join(':')
    super(`${subject} is disabled at the moment: ${reason.replace(/[.!?]+$/, '')}.`)
  }
}
