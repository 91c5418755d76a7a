import type { ListKind } from '@atoll/client'
import { type SubscriptionFilter, TASKS_EXTENSION } from '@atoll/server-kit'

/** A list flag, the notification that tells of it, and the lists that it is about. */
export const LIST_CHANGES = [
  { flag: 'toolsListChanged', method: 'notifications/tools/list_changed', of: 'tools', kinds: ['tools'] },
  {
    flag: 'promptsListChanged',
    method: 'notifications/prompts/list_changed',
    of: 'prompts',
    kinds: ['prompts'],
  },
  {
    flag: 'resourcesListChanged',
    method: 'notifications/resources/list_changed',
    of: 'resources',
    kinds: ['resources', 'resourceTemplates'],
  },
] as const satisfies readonly {
  flag: keyof SubscriptionFilter
  method: string
  of: string
  kinds: readonly ListKind[]
}[]

type Capabilities = Readonly<Record<string, unknown>>

/** Everything that one of them wants. */
export function union(filters: Iterable<SubscriptionFilter>): SubscriptionFilter {
  const flags: Record<string, true> = {}
  const uris = new Set<string>()
  const tasks = new Set<string>()
  for (const filter of filters) {
    for (const { flag } of LIST_CHANGES) if (filter[flag]) flags[flag] = true
    for (const uri of filter.resourceSubscriptions ?? []) uris.add(uri)
    for (const task of filter.taskIds ?? []) tasks.add(task)
  }
  return {
    ...flags,
    ...(uris.size > 0 && { resourceSubscriptions: [...uris] }),
    ...(tasks.size > 0 && { taskIds: [...tasks] }),
  }
}

/** What both have. */
export function intersection(one: SubscriptionFilter, other: SubscriptionFilter): SubscriptionFilter {
  const both = (kind: 'resourceSubscriptions' | 'taskIds') => {
    const theirs = new Set(other[kind])
    return one[kind]?.filter((each) => theirs.has(each)) ?? []
  }
  return union([
    {
      ...Object.fromEntries(
        LIST_CHANGES.map(({ flag }) => [flag, one[flag] === true && other[flag] === true]),
      ),
      resourceSubscriptions: both('resourceSubscriptions'),
      taskIds: both('taskIds'),
    },
  ])
}

export function isEmpty(filter: SubscriptionFilter): boolean {
  return sizeOf(filter) === 0 && !LIST_CHANGES.some(({ flag }) => filter[flag])
}

/** URIs and tasks. */
export function sizeOf({ resourceSubscriptions = [], taskIds = [] }: SubscriptionFilter): number {
  return resourceSubscriptions.length + taskIds.length
}

/** Whether somebody who listens to `wide` hears all of `narrow`. */
export function covers(wide: SubscriptionFilter, narrow: SubscriptionFilter): boolean {
  const shared = intersection(wide, narrow)
  return sizeOf(shared) === sizeOf(narrow) && LIST_CHANGES.every(({ flag }) => !narrow[flag] || shared[flag])
}

/** The part of it that a server with these capabilities can tell of. */
export function offeredOf(filter: SubscriptionFilter, capabilities: Capabilities): SubscriptionFilter {
  const offers = (kind: string, what: string) => objectAt(capabilities, kind)?.[what] === true
  const flags = LIST_CHANGES.map(({ flag, of }) => [flag, filter[flag] === true && offers(of, 'listChanged')])
  const hasTasks = objectAt(objectAt(capabilities, 'extensions'), TASKS_EXTENSION) !== undefined
  return intersection(filter, {
    ...Object.fromEntries(flags),
    ...(offers('resources', 'subscribe') && { resourceSubscriptions: filter.resourceSubscriptions ?? [] }),
    ...(hasTasks && { taskIds: filter.taskIds ?? [] }),
  })
}

function objectAt(holder: Capabilities | undefined, key: string): Record<string, unknown> | undefined {
  const value = holder?.[key]
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}
