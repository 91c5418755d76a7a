import type { ChangeNotifier, Changes, ForAudience } from '../define/changes.ts'
import type { ChangeEvent, EventBus } from '../edge/event-bus.ts'

/** What handlers and background work tell subscribers through. */
export function createChanges(bus: EventBus): Changes<unknown> {
  return {
    here: (tenant) => notifier(tenant, (event) => bus.publishHere(event)),
    everywhere: (tenant) => notifier(tenant, (event) => bus.publish(event)),
  }
}

function notifier(tenant: string, publish: (event: ChangeEvent) => void): ChangeNotifier<unknown> {
  return {
    resource: (uri, options) => publish({ kind: 'resource', tenant, uri, ...restricted(options) }),
    resourceList: (options) => publish({ kind: 'resources', tenant, ...restricted(options) }),
    task: (id) => publish({ kind: 'task', tenant, task: id }),
    // The catalogue is the same for every tenant.
    toolList: () => publish({ kind: 'tools', tenant: undefined }),
    promptList: () => publish({ kind: 'prompts', tenant: undefined }),
  }
}

/** An audience that is missing by mistake must stay one: JSON drops `undefined`, and everybody would hear. */
function restricted(options: ForAudience<unknown> | undefined): Pick<ChangeEvent, 'audience'> {
  return options === undefined ? {} : { audience: options.audience ?? null }
}
