import type { Telemetry } from '@atoll/telemetry'
import type { Gate } from './gate.ts'

/** How many calls there are, and how many there may be, in `/metrics`. */
export function reportLoad(gate: Gate, telemetry: Telemetry): void {
  telemetry.gauge(
    'atoll_gateway_calls_in_flight',
    'Calls that this gateway has not answered yet.',
    () => gate.inFlight,
  )
  telemetry.gauge(
    'atoll_gateway_calls_in_flight_limit',
    'Calls that it takes at once; fewer than configured while its event loop is late.',
    () => gate.limit,
  )
}
