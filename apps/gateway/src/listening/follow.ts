import {
  type Call,
  type Following,
  followsTasks,
  ProtocolError,
  type Service,
  type SubscriptionFilter,
} from '@atoll/server-kit'
import { asked } from '../audit.ts'
import { asProtocolError } from '../failure.ts'
import { routeOfTask, routeOfUri, unknownUri } from '../find-route.ts'
import type { Fleet, Route } from '../fleet.ts'
import type { Limits } from '../limits/limits.ts'
import type { Admission } from '../policy/admission.ts'
import type { Outgoing } from '../protection/outgoing.ts'
import { RestrictedError } from '../protection/restricted-error.ts'
import { scopesFor } from '../scopes.ts'
import type { TaskIds } from '../task-ids.ts'
import type { Upstream } from '../upstream.ts'
import { LIST_CHANGES } from './filter.ts'
import { Target, type Tell } from './target.ts'
import type { UserStreams } from './user-streams.ts'

export interface FollowOptions {
  readonly fleet: Fleet
  readonly limits: Pick<Limits, 'list'>
  readonly admission: Admission
  readonly taskIds: TaskIds
  readonly outgoing: Pick<Outgoing, 'told' | 'lets'>
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
  taskIds,
  outgoing,
  streamsOf,
}: FollowOptions): NonNullable<Service['follow']> {
  return async (wanted, call, tell) => {
    try {
      await limits.list(asked('listing', 'subscriptions/listen'), call)
      admission.checkTenant(call.principal)
    } catch (error) {
      throw asProtocolError(error, call)
    }
    const targets = new Map(
      fleet.upstreams.map((upstream) => {
        const told: Tell = (method, params, listed) => {
          const left = outgoing.told(params, upstream.name, call, listed)
          if (left) tell(method, left)
        }
        return [upstream, new Target(upstream, call, admission, outgoing, told)]
      }),
    )
    const reasons = new Map<string, string>()
    for (const { flag } of LIST_CHANGES)
      if (wanted[flag]) for (const target of targets.values()) target.addList(flag)
    const at = { fleet, admission, taskIds, outgoing, call, targets }
    await Promise.all([
      ...(wanted.resourceSubscriptions ?? []).map((uri) =>
        addResource(uri, at).catch((error) => void reasons.set(uri, reasonOf(error))),
      ),
      ...(wanted.taskIds ?? []).map((taskId) => addTask(taskId, at).catch(() => undefined)),
    ])
    const joined = [...targets.values()].filter((target) => !target.isEmpty)
    let end: (() => void) | undefined
    let isOver = false
    const { tenant } = call.principal
    const named = joined.filter(({ isNamed }) => isNamed).map(({ upstream }) => upstream.name)
    const places = [{ tenant }, ...named.map((server) => ({ tenant, server }))]
    const forget = admission.underWay.stream(places, () => {
      isOver = true
      end?.()
    })
    const stop = () => {
      forget()
      for (const target of joined) streamsOf(target.upstream).leave(target)
    }
    const onEnd = (its: () => void) => {
      end = its
      if (isOver) its()
    }
    const honoured = await Promise.all(
      joined.map(async (target) => target.exposed(await streamsOf(target.upstream).join(target))),
    ).catch((error) => {
      stop()
      throw error
    })
    const following = followingOf(wanted, honoured, (uri) => reasons.get(uri) ?? NOT_OFFERED, stop)
    return { ...following, onEnd }
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

interface At extends Pick<FollowOptions, 'fleet' | 'admission' | 'taskIds' | 'outgoing'> {
  readonly call: Call
  readonly targets: ReadonlyMap<Upstream, Target>
}

async function addResource(uri: string, { fleet, admission, outgoing, call, targets }: At): Promise<void> {
  const { principal } = call
  const isShown = ({ entry }: Route) => entry === undefined || admission.shows(entry, principal)
  const route = await routeOfUri(uri, fleet, call, isShown)
  const asked = { method: 'resources/read', params: { uri }, route, call }
  // Who may not read it may not hear that it changes, and it is not there for whom it is not shown.
  if (!admission.lets(asked)) throw unknownUri(uri)
  if (!outgoing.lets(route)) throw new RestrictedError()
  scopesFor(route.upstream, route.entry, principal)
  targets.get(route.upstream)?.addResource(route, uri)
}

async function addTask(taskId: string, at: At): Promise<void> {
  const { admission, outgoing, call, targets } = at
  if (!followsTasks(call)) return
  const { route } = await routeOfTask(taskId, at, call)
  const asked = { method: 'tasks/get', params: { taskId }, route, call }
  if (!admission.lets(asked) || !outgoing.lets(route)) return
  scopesFor(route.upstream, route.entry, call.principal)
  targets.get(route.upstream)?.addTask(route, taskId)
}

function reasonOf(error: unknown): string {
  return error instanceof ProtocolError || (error instanceof Error && 'status' in error)
    ? error.message
    : NOT_OFFERED
}
