import type { Service } from '@atoll/server-kit'
import type { Telemetry } from '@atoll/telemetry'
import type { Fleet } from '../fleet.ts'
import type { Limits } from '../limits/limits.ts'
import type { Admission } from '../policy/admission.ts'
import type { Outgoing } from '../protection/outgoing.ts'
import type { TaskIds } from '../task-ids.ts'
import type { Upstream } from '../upstream.ts'
import { followAt } from './follow.ts'
import { watchLists } from './list-watch.ts'
import { UserStreams } from './user-streams.ts'

export interface ListeningOptions {
  readonly fleet: Fleet
  readonly limits: Pick<Limits, 'list'>
  readonly admission: Admission
  readonly taskIds: TaskIds
  readonly outgoing: Outgoing
  readonly telemetry: Telemetry
}

export interface Listening {
  readonly follow: NonNullable<Service['follow']>
  /** Listen to the lists of all servers. */
  start(): void
  close(): void
}

/** What the gateway hears from its servers: lists for everybody once, and for each user what is the user's own. */
export function openListening(options: ListeningOptions): Listening {
  const { fleet, telemetry } = options
  const streams = new Map(fleet.upstreams.map((upstream) => [upstream, new UserStreams(upstream)]))
  const streamsOf = (upstream: Upstream): UserStreams => {
    const found = streams.get(upstream)
    if (!found) throw new TypeError(`${upstream.name} is not behind this gateway`)
    return found
  }
  telemetry.gauge(
    'atoll_gateway_listening_users',
    'People for whom a stream of their own is held open at a server.',
    () =>
      fleet.upstreams.map((upstream) => ({
        labels: { server: upstream.name },
        value: streamsOf(upstream).open,
      })),
    ['server'],
  )
  const watches: (() => void)[] = []
  return {
    follow: followAt({ ...options, streamsOf }),
    start() {
      watches.push(...fleet.upstreams.map(watchLists))
    },
    close() {
      for (const stop of watches) stop()
      for (const each of streams.values()) each.close()
    },
  }
}
