import { ForbiddenError } from '@atoll/errors'

/** What was asked for is data that no answer may carry, whoever asks. */
export class RestrictedError extends ForbiddenError {
  override readonly code = 'RESTRICTED'

  constructor() {
    super(
      'This data is restricted: data of this class never leaves its server through the gateway. Asking again, or otherwise, does not help.',
    )
  }
}
