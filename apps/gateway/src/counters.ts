import type { ClientEvent } from '@atoll/client'
import type { CountedSeries, Telemetry } from '@atoll/telemetry'

export interface Counters {
  /** Calls that the gateway itself turned away. */
  readonly shed: CountedSeries
  /** Counts what the client of one server tells of. */
  ofServer(server: string): (event: ClientEvent) => void
  /** Stale answers given on behalf of one server. */
  stale(server: string): CountedSeries
}

/** What happens to calls on their way, for `/metrics`. */
export function createCounters(telemetry: Telemetry): Counters {
  const retries = telemetry.counter(
    'atoll_gateway_retries_total',
    'Requests sent to a server once more (sent), or not because the budget is spent (refused).',
    ['server', 'outcome'],
  )
  const hedges = telemetry.counter(
    'atoll_gateway_hedges_total',
    'Requests sent to a second instance at once (sent), those of them that were quicker (won), and those that the budget did not allow (refused).',
    ['server', 'outcome'],
  )
  const shed = telemetry.counter(
    'atoll_gateway_shed_total',
    'Calls turned away with 503 because the gateway, or where it is named a server, has too many in flight.',
    ['server'],
  )
  const stale = telemetry.counter(
    'atoll_gateway_stale_answers_total',
    'Answers given again, marked as stale, because the server could not be reached.',
    ['server'],
  )
  return {
    shed: shed.with({}),
    ofServer(server) {
      const series = {
        retry: retries.with({ server, outcome: 'sent' }),
        retry_refused: retries.with({ server, outcome: 'refused' }),
        hedge: hedges.with({ server, outcome: 'sent' }),
        hedge_won: hedges.with({ server, outcome: 'won' }),
        hedge_refused: hedges.with({ server, outcome: 'refused' }),
        shed: shed.with({ server }),
      } satisfies Record<ClientEvent, CountedSeries>
      return (event) => series[event].inc()
    },
    stale: (server) => stale.with({ server }),
  }
}
