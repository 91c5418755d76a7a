import { InvalidError, NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import type { Fleet } from '../fleet.ts'
import type { AddAdminRoute, AdminRequest } from '../policy/admin-access.ts'
import type { Definitions, ToolView } from './definitions.ts'
import { pinView } from './pin-view.ts'

export interface PinRouteOptions {
  readonly fleet: Fleet
  readonly definitions: Definitions
  /** Resolves when what was set is kept: in Redis, and in the file. Null where there is none. */
  kept(): Promise<{ shared: boolean | null; written: boolean | null }>
  /** Told of what somebody accepted. */
  onAccept(tools: readonly ToolView[], request: AdminRequest): void
}

const Choice = z.strictObject({ server: z.string().max(100).optional() })
const Acceptance = z.strictObject({
  server: z.string().max(100),
  /** All that are not in order unless given. */
  tools: z.array(z.string().max(200)).min(1).max(1_000).optional(),
})

/** `GET /admin/pins`, `POST /admin/pins/diff` and `/admin/pins/accept`: definitions of tools, what became of them, and taking them as they are. */
export function addPinRoutes(
  add: AddAdminRoute,
  { fleet, definitions, kept, onAccept }: PinRouteOptions,
): void {
  const toolsOf = (server: string | undefined) => {
    if (server !== undefined && !fleet.named(server)) throw new NotFoundError('server', server)
    const servers = server === undefined ? fleet.upstreams.map(({ name }) => name) : [server]
    return servers.flatMap((name) => definitions.toolsOf(name))
  }

  add('GET', '/admin/pins', () => ({ tools: toolsOf(undefined).map(pinView) }))

  add('POST', '/admin/pins/diff', ({ body }) => {
    const { server } = read(Choice, body ?? {}, '{ server }')
    const changed = toolsOf(server).filter(({ state }) => state !== 'pinned')
    return { tools: changed.map((tool) => ({ ...pinView(tool), changes: definitions.changesOf(tool) })) }
  })

  add('POST', '/admin/pins/accept', async (request) => {
    const { server, tools } = read(Acceptance, request.body, '{ server, tools }')
    const known = toolsOf(server)
    for (const name of tools ?? [])
      if (!known.some(({ tool, exposed }) => tool === name || exposed === name))
        throw new NotFoundError('tool', name)
    const accepted = definitions.accept(server, request.principal.subject, tools)
    onAccept(accepted, request)
    return { accepted: accepted.map(({ exposed }) => exposed), ...(await kept()) }
  })
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown, shape: string): z.output<Schema> {
  const { data, error } = schema.safeParse(body)
  if (data !== undefined) return data
  const problems = error?.issues.map(({ path, message }) => `${path.join('.') || 'it'} ${message}`) ?? []
  throw new InvalidError(`This takes ${shape}: ${problems.join('; ')}.`)
}
