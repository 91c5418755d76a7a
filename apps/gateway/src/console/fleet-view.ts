import type { Principal } from '@atoll/auth'
import type { Entry } from '../entry.ts'
import type { Fleet } from '../fleet.ts'
import type { Admission } from '../policy/admission.ts'
import { type ServiceView, servicesView } from '../services-view.ts'
import type { Upstream } from '../upstream.ts'
import type { Traffic, TrafficView } from './traffic.ts'

export interface ServerView extends Omit<ServiceView, 'tools'> {
  traffic: TrafficView
}

/** One tool as the console shows it. */
export interface ToolView {
  name: string
  title?: unknown
  description?: unknown
  inputSchema?: unknown
  outputSchema?: unknown
  annotations?: unknown
  effect?: string
  data?: string
  scopes?: readonly string[]
  optionalScopes?: readonly string[]
}

/** Every server with what went to it of late on this replica, without its tools. */
export function serverViews(fleet: Fleet, traffic: Traffic): ServerView[] {
  return servicesView(fleet).services.map(({ tools: _, ...service }) => ({
    ...service,
    traffic: traffic.of(service.name),
  }))
}

/** The tools of a server that this person is shown by lists, too. */
export async function toolViews(
  upstream: Upstream,
  principal: Principal,
  admission: Admission,
): Promise<ToolView[]> {
  const section = await upstream.section('tools', principal)
  const entries = section?.entries ?? []
  return entries.filter((entry) => admission.view.shows(entry, principal)).map(toolView)
}

function toolView({ exposed, listed, effect, data, scopes, optionalScopes }: Entry): ToolView {
  const { title, description, inputSchema, outputSchema, annotations } = listed
  return {
    name: exposed,
    ...{ title, description, inputSchema, outputSchema, annotations },
    ...(effect !== undefined && { effect }),
    ...(data !== undefined && { data }),
    ...(scopes !== undefined && { scopes }),
    ...(optionalScopes.length > 0 && { optionalScopes }),
  }
}
