import type { Principal } from '@atoll/auth'
import type { ListKind } from '@atoll/client'
import type { Fleet } from '../fleet.ts'
import type { Limits } from '../limits/limits.ts'
import type { Admission } from '../policy/admission.ts'
import type { Definitions } from '../protection/definitions.ts'
import { type ServiceView, servicesView } from '../services-view.ts'
import type { Upstream } from '../upstream.ts'
import { revisions } from './revisions.ts'
import { type ToolParts, type ToolView, toolViews } from './tool-view.ts'
import type { Traffic, TrafficView } from './traffic.ts'

type Names = 'tools' | 'prompts' | 'resources' | 'resourceTemplates'

/** A server as everybody who looks may see it each second: without what it lists, which is not for all. */
export interface ServerView extends Omit<ServiceView, Names | 'problems' | 'definitions'> {
  /** Lists that could not be had, and what was left out of them. */
  problemCount: number
  /** Definitions that somebody should look at: not the pinned ones, or suspicious. */
  noticeCount: number
  /** Another one when there is something else to ask for. */
  revision: string
  traffic: TrafficView
}

/** The same with what one person is shown of it. */
export interface FullServerView extends ServerView {
  tools: ToolView[]
  prompts: readonly string[]
  resources: readonly string[]
  resourceTemplates: readonly string[]
  /** Only for those who run the gateway: they name what others may not know of. */
  problems?: readonly string[]
}

export interface FleetViewParts {
  readonly fleet: Fleet
  readonly admission: Admission
  readonly definitions: Definitions
  readonly limits: Limits
  readonly traffic: Traffic
}

export interface FleetViews {
  /** Every server with what went to it of late on this replica. */
  servers(): ServerView[]
  /** Every server as this person sees it. */
  for(principal: Principal, isAdmin: boolean): Promise<FullServerView[]>
}

export function fleetViews({ fleet, traffic, ...parts }: FleetViewParts): FleetViews {
  const { definitions, admission, limits } = parts
  const revisionOf = revisions()
  const view = (service: ServiceView): ServerView => {
    const { tools: _, prompts: _p, resources: _r, resourceTemplates: _t, ...rest } = service
    const { problems, definitions: _d, ...shown } = rest
    const upstream = fleet.named(service.name)
    const lists = KINDS.map((kind) => upstream?.shared(kind)?.entries)
    const problemCount = upstream?.problems.length ?? 0
    return {
      ...shown,
      ...{ problemCount, noticeCount: problems.length - problemCount },
      revision: `${revisionOf(admission.view, limits.file, ...lists)} ${problems.length}`,
      traffic: traffic.of(service.name),
    }
  }
  return {
    servers: () => servicesView(fleet, definitions).services.map(view),
    for: (principal, isAdmin) =>
      Promise.all(
        servicesView(fleet, definitions).services.map(async (service) => {
          const upstream = fleet.named(service.name)
          return {
            ...view(service),
            ...(upstream ? await offerOf(upstream, principal, parts) : NOTHING),
            ...(isAdmin && { problems: service.problems }),
          }
        }),
      ),
  }
}

const KINDS = ['tools', 'resources', 'resourceTemplates', 'prompts'] as const
const NOTHING = { tools: [], prompts: [], resources: [], resourceTemplates: [] }

async function offerOf(upstream: Upstream, principal: Principal, parts: ToolParts) {
  const { admission } = parts
  const named = async (kind: ListKind) => {
    const section = await upstream.section(kind, principal)
    const entries = section?.entries ?? []
    return entries.filter((entry) => admission.view.shows(entry, principal)).map(({ exposed }) => exposed)
  }
  const [tools, prompts, resources, resourceTemplates] = await Promise.all([
    toolViews(upstream, principal, parts),
    ...(['prompts', 'resources', 'resourceTemplates'] as const).map(named),
  ])
  return {
    tools,
    prompts: prompts ?? [],
    resources: resources ?? [],
    resourceTemplates: resourceTemplates ?? [],
  }
}
