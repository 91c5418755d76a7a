import {
  type Call,
  type Following,
  followsTasks,
  ProtocolError,
  type Service,
  type SubscriptionFilter,
} from '@atoll/server-kit'
import { asProtocolError } from '../failure.ts'
import { routeOfTask, routeOfUri, unknownTask, unknownUri } from '../find-route.ts'
import type { Fleet, Route } from '../fleet.ts'
import type { Limits } from '../limits/limits.ts'
import type { Admission } from '../policy/admission.ts'
import { scopesFor } from '../scopes.ts'
import type { Upstream } from '../upstream.ts'
import { LIST_CHANGES } from './filter.ts'
import { Target } from './target.ts'
import type { UserStreams } from './user-streams.ts'

export interface FollowOptions {
  readonly fleet: Fleet
  readonly limits: Pick<Limits, 'list'>
  readonly admission: Admission
  readonly streamsOf: (upstream: Upstream) => UserStreams
}

const NOT_OFFERED = 'its server does not tell of changes. Read it again when you need it.'

/**
 * Follow what a subscriber named at the servers it is at, as the subscriber: one part for each server. Changes of lists
 * that are the same for everybody come over the bus instead.
 */
export function followAt({
  fleet,
  limits,
  admission,
  streamsOf,
}: FollowOptions): NonNullable<Service['follow']> {
  return async (wanted, call, tell) => {
    await limits.list(call).catch((error) => {
      throw asProtocolError(error, call)
    })
    const targets = new Map(fleet.upstreams.map((upstream) => [upstream, new Target(upstream, call, tell)]))
    const reasons = new Map<string, string>()
    for (const { flag } of LIST_CHANGES)
      if (wanted[flag]) for (const target of targets.values()) target.addList(flag)
    await Promise.all([
      ...(wanted.resourceSubscriptions ?? []).map((uri) =>
        addResource(uri, { fleet, admission }, call, targets).catch(
          (error) => void reasons.set(uri, reasonOf(error)),
        ),
      ),
      ...(wanted.taskIds ?? []).map((taskId) =>
        addTask(taskId, { fleet, admission }, call, targets).catch(() => undefined),
      ),
    ])
    const joined = [...targets.values()].filter((target) => !target.isEmpty)
    const stop = () => {
      for (const target of joined) streamsOf(target.upstream).leave(target)
    }
    const honoured = await Promise.all(
      joined.map(async (target) => target.exposed(await streamsOf(target.upstream).join(target))),
    ).catch((error) => {
      stop()
      throw error
    })
    return followingOf(wanted, honoured, (uri) => reasons.get(uri) ?? NOT_OFFERED, stop)
  }
}

function followingOf(
  wanted: SubscriptionFilter,
  honoured: readonly Pick<Following, 'resourceSubscriptions' | 'taskIds'>[],
  whyNot: (uri: string) => string,
  stop: () => void,
): Following {
  const uris = new Set(honoured.flatMap(({ resourceSubscriptions }) => resourceSubscriptions))
  const tasks = new Set(honoured.flatMap(({ taskIds }) => taskIds))
  return {
    // In the order in which they were asked for.
    resourceSubscriptions: [...new Set(wanted.resourceSubscriptions)].filter((uri) => uris.has(uri)),
    taskIds: [...new Set(wanted.taskIds)].filter((taskId) => tasks.has(taskId)),
    whyNot: (uri) => (uris.has(uri) ? undefined : whyNot(uri)),
    stop,
  }
}

type Targets = ReadonlyMap<Upstream, Target>

type Surroundings = Pick<FollowOptions, 'fleet' | 'admission'>

async function addResource(
  uri: string,
  { fleet, admission }: Surroundings,
  call: Call,
  targets: Targets,
): Promise<void> {
  const isShown = (route: Route) => admission.showsRoute(route, uri, call.principal)
  const route = await routeOfUri(uri, fleet, call, isShown)
  if (!isShown(route)) throw unknownUri(uri)
  const { upstream, original, entry } = route
  // Who may not read it may not hear that it changes.
  scopesFor(upstream, entry, call.principal)
  targets.get(upstream)?.addResource(original, uri)
}

async function addTask(
  taskId: string,
  { fleet, admission }: Surroundings,
  call: Call,
  targets: Targets,
): Promise<void> {
  if (!followsTasks(call)) return
  const { tool, route } = await routeOfTask(taskId, fleet, call)
  if (!admission.showsRoute(route, taskId, call.principal)) throw unknownTask()
  scopesFor(route.upstream, route.entry, call.principal)
  targets.get(route.upstream)?.addTask(route.original, taskId, tool)
}

function reasonOf(error: unknown): string {
  return error instanceof ProtocolError || (error instanceof Error && 'status' in error)
    ? error.message
    : NOT_OFFERED
}
