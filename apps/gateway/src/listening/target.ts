import type { Params } from '@atoll/client'
import type { Call, Following, SubscriptionFilter, Tell } from '@atoll/server-kit'
import { adoptResult } from '../server-result.ts'
import type { Upstream } from '../upstream.ts'
import { LIST_CHANGES } from './filter.ts'
import type { Follower } from './user-streams.ts'

type ListFlag = (typeof LIST_CHANGES)[number]['flag']

/** The part of one subscription that is about one server: turns what the server says into what its subscriber asked for. */
export class Target implements Follower {
  readonly upstream: Upstream
  readonly principal: Call['principal']
  readonly #tell: Tell
  readonly #lists = new Set<ListFlag>()
  /** What the server calls it to what the subscriber does. */
  readonly #resources = new Map<string, string>()
  readonly #tasks = new Map<string, { taskId: string; tool: string | undefined }>()

  constructor(upstream: Upstream, { principal }: Call, tell: Tell) {
    this.upstream = upstream
    this.principal = principal
    this.#tell = tell
  }

  addList(flag: ListFlag): void {
    this.#lists.add(flag)
  }
  addResource(original: string, uri: string): void {
    this.#resources.set(original, uri)
  }
  addTask(original: string, taskId: string, tool: string | undefined): void {
    this.#tasks.set(original, { taskId, tool })
  }

  get isEmpty(): boolean {
    return this.#lists.size + this.#resources.size + this.#tasks.size === 0
  }

  get wants(): SubscriptionFilter {
    return {
      ...Object.fromEntries([...this.#lists].map((flag) => [flag, true])),
      resourceSubscriptions: [...this.#resources.keys()],
      taskIds: [...this.#tasks.keys()],
    }
  }

  /** What the server acknowledged, as the subscriber wrote it. */
  exposed({
    resourceSubscriptions = [],
    taskIds = [],
  }: SubscriptionFilter): Pick<Following, 'resourceSubscriptions' | 'taskIds'> {
    return {
      resourceSubscriptions: resourceSubscriptions.flatMap((uri) => this.#resources.get(uri) ?? []),
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
    const original = String(params.uri)
    const uri = this.#resources.get(original) ?? this.#partOf(original)
    if (uri !== undefined) this.#tell(method, { ...params, uri })
  }

  /** A change may be of a part of what was subscribed to (MCP schema, ResourceUpdatedNotification). */
  #partOf(original: string): string | undefined {
    const isPart = [...this.#resources.keys()].some((whole) => original.startsWith(`${whole}/`))
    return isPart ? this.upstream.exposure.uri(original) : undefined
  }

  #hearOfTask(method: string, params: Params): void {
    const known = this.#tasks.get(String(params.taskId))
    if (!known) return
    // Others hear of the same object.
    const task = adoptResult(this.upstream.exposure, structuredClone({ ...params }))
    this.#tell(method, { ...task, taskId: known.taskId })
  }
}
