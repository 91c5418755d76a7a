import { AppError } from '@atoll/errors'

/** A tool is not what somebody looked at, or hides something, until those who run the gateway have accepted it. */
export class QuarantinedError extends AppError {
  readonly code = 'QUARANTINED'
  readonly status = 503

  constructor(tool: string) {
    super(
      `${tool} is quarantined: its definition has to be looked at first. Those who run the gateway accept it with "atoll pins accept".`,
    )
  }
}
