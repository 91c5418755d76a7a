import type { Params } from '@atoll/client'
import type { Call, Following, SubscriptionFilter } from '@atoll/server-kit'
import type { DataClass } from '@atoll/telemetry'
import { canonicalUri } from '../canonical-uri.ts'
import type { Route } from '../fleet.ts'
import type { Admission } from '../policy/admission.ts'
import type { Outgoing } from '../protection/outgoing.ts'
import { adoptResult } from '../server-result.ts'
import type { Upstream } from '../upstream.ts'
import { LIST_CHANGES } from './filter.ts'
import { isWithin, partOf } from './part-of.ts'
import type { Follower } from './user-streams.ts'

/** What a subscriber calls something, and where that leads. */
interface Named {
  readonly uri: string
  readonly route: Route
  /** Of a part: what was subscribed to. */
  readonly whole?: Named
}

type ListFlag = (typeof LIST_CHANGES)[number]['flag']

/** `listed` is the class that its server lists what it is about with. */
export type Tell = (method: string, params: Params, listed?: DataClass) => void

/** The part of one subscription that is about one server: turns what the server says into what its subscriber asked for. */
export class Target implements Follower {
  readonly upstream: Upstream
  readonly principal: Call['principal']
  readonly #call: Call
  readonly #admission: Admission
  readonly #outgoing: Pick<Outgoing, 'lets'>
  readonly #tell: Tell
  readonly #lists = new Set<ListFlag>()
  /** By the one spelling of what the server calls it: what the subscriber does, by either of its URIs or by both. */
  readonly #resources = new Map<string, Named[]>()
  readonly #tasks = new Map<string, { taskId: string; route: Route }>()

  constructor(
    upstream: Upstream,
    call: Call,
    admission: Admission,
    outgoing: Pick<Outgoing, 'lets'>,
    tell: Tell,
  ) {
    this.upstream = upstream
    this.principal = call.principal
    this.#call = call
    this.#admission = admission
    this.#outgoing = outgoing
    this.#tell = tell
  }

  addList(flag: ListFlag): void {
    this.#lists.add(flag)
  }
  addResource(route: Route, uri: string): void {
    const spelling = canonicalUri(route.original)
    const known = this.#resources.get(spelling)
    if (known) known.push({ uri, route })
    else this.#resources.set(spelling, [{ uri, route }])
  }
  addTask(route: Route, taskId: string): void {
    this.#tasks.set(route.original, { taskId, route })
  }

  get isEmpty(): boolean {
    return this.#lists.size + this.#resources.size + this.#tasks.size === 0
  }

  /** Whether something of this very server was asked for, beside lists, which are of all of them. */
  get isNamed(): boolean {
    return this.#resources.size + this.#tasks.size > 0
  }

  get wants(): SubscriptionFilter {
    return {
      ...Object.fromEntries([...this.#lists].map((flag) => [flag, true])),
      resourceSubscriptions: [
        ...new Set([...this.#resources.values()].flat().map(({ route }) => route.original)),
      ],
      taskIds: [...this.#tasks.keys()],
    }
  }

  /** What the server acknowledged, as the subscriber wrote it. */
  exposed({
    resourceSubscriptions = [],
    taskIds = [],
  }: SubscriptionFilter): Pick<Following, 'resourceSubscriptions' | 'taskIds'> {
    return {
      resourceSubscriptions: resourceSubscriptions.flatMap(
        (original) => this.#resources.get(canonicalUri(original))?.map(({ uri }) => uri) ?? [],
      ),
      taskIds: taskIds.flatMap((task) => this.#tasks.get(task)?.taskId ?? []),
    }
  }

  hear(method: string, params: Params): void {
    if (method === 'notifications/resources/updated') this.#hearOfResource(method, params)
    else if (method === 'notifications/tasks') this.#hearOfTask(method, params)
    else if (LIST_CHANGES.some((each) => each.method === method && this.#lists.has(each.flag)))
      this.#tell(method, {})
  }

  #hearOfResource(method: string, params: Params): void {
    for (const named of this.#namesOf(canonicalUri(String(params.uri)))) {
      const { uri, route, whole } = named
      const { data = whole?.route.entry?.data } = route.entry ?? {}
      if (this.#mayRead(named) && (!whole || this.#mayRead(whole)))
        this.#tell(method, { ...params, uri }, data)
    }
  }

  /** What is allowed may have changed since it was asked for. */
  #mayRead({ uri, route }: Named): boolean {
    const asked = { method: 'resources/read', params: { uri }, route, call: this.#call }
    return this.#admission.lets(asked) && this.#outgoing.lets(route)
  }

  /**
   * Of what was subscribed to, or of a part of it (MCP schema, ResourceUpdatedNotification), which
   * has a class and rules of its own.
   */
  #namesOf(spelling: string): readonly Named[] {
    const exact = this.#resources.get(spelling)
    if (exact) return exact
    const [, [whole] = []] = [...this.#resources].find(([whole]) => isWithin(spelling, whole)) ?? []
    const route = whole && partOf(whole.route, spelling)
    const isTold = route && this.#mayKnow(route)
    return isTold ? [{ uri: this.upstream.exposure.uri(route.original), route, whole }] : []
  }

  #mayKnow({ entry }: Route): boolean {
    const { principal } = this
    if (!entry) return true
    const lacks = entry.scopes?.some((scope) => !principal.scopes.has(scope))
    return !lacks && this.#admission.shows(entry, principal)
  }

  #hearOfTask(method: string, params: Params): void {
    const known = this.#tasks.get(String(params.taskId))
    if (!known) return
    const { taskId, route } = known
    const asked = { method: 'tasks/get', params: { taskId }, route, call: this.#call }
    if (!this.#admission.lets(asked) || !this.#outgoing.lets(route)) return
    // Others hear of the same object.
    const task = adoptResult(this.upstream.exposure, structuredClone({ ...params }))
    this.#tell(method, { ...task, taskId }, route.entry?.data)
  }
}
