import { DETECTORS } from '@atoll/protection'
import type { Telemetry } from '@atoll/telemetry'

/** What is counted of answers on their way out. */
export interface ProtectionMetrics {
  readonly withheld: Readonly<Record<'restricted' | 'quarantined', { inc(): void }>>
  found(redactions: Readonly<Record<string, number>>, flags: Readonly<Record<string, number>>): void
}

/** Throws a TypeError where they are there already. */
export function protectionMetrics(telemetry: Telemetry): ProtectionMetrics {
  const redactions = telemetry.counter(
    'atoll_gateway_redactions_total',
    'Places in answers that were masked, by what was found there.',
    ['detector'],
  )
  for (const detector of DETECTORS) redactions.with({ detector })
  const flags = telemetry.counter(
    'atoll_gateway_flags_total',
    'Hidden characters in answers by kind, and texts in them that instruct the model.',
    ['flag'],
  )
  const withheld = telemetry.counter(
    'atoll_gateway_withheld_total',
    'Answers that were refused because their data is restricted, and calls of tools in quarantine.',
    ['reason'],
  )
  return {
    withheld: {
      restricted: withheld.with({ reason: 'restricted' }),
      quarantined: withheld.with({ reason: 'quarantined' }),
    },
    found(masked, flagged) {
      for (const [detector, count] of Object.entries(masked)) redactions.inc({ detector }, count)
      for (const [flag, count] of Object.entries(flagged)) flags.inc({ flag }, count)
    },
  }
}
