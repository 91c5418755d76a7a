import { InvalidError, NotFoundError } from '@atoll/errors'
import type { AuditLog, Logger } from '@atoll/telemetry'
import { z } from 'zod'
import type { Fleet } from '../fleet.ts'
import type { AddAdminRoute, AdminRequest } from './admin-access.ts'
import type { KeptSwitches } from './kept-switches.ts'
import type { Switch } from './switch.ts'
import type { Switches } from './switches.ts'
import type { SwitchesFile } from './switches-file.ts'

export interface SwitchRouteOptions {
  readonly fleet: Fleet
  readonly switches: Switches
  /** Undefined where this replica is alone. */
  readonly kept: KeptSwitches | undefined
  readonly file: SwitchesFile | undefined
  readonly audit: AuditLog
  readonly logger: Logger
}

const Order = z.strictObject({
  what: z.string('must name a tool, a server, or tenant:<name>').min(1).max(200),
  disabled: z.boolean('must be true or false'),
  reason: z
    .string()
    .trim()
    .min(3, 'must say why: callers are told')
    .max(300, 'must have at most 300 characters')
    .regex(/^\P{C}*$/u, 'must be one line')
    .optional(),
})

/** `GET` and `POST /admin/switches`: what is disabled, and disabling and enabling it. */
export function addSwitchRoutes(add: AddAdminRoute, options: SwitchRouteOptions): void {
  const { fleet, switches, kept, file, audit, logger } = options

  add('GET', '/admin/switches', () => ({
    disabled: [...switches.disabled.values()].sort((a, b) => (a.what < b.what ? -1 : 1)).map(view),
  }))

  add('POST', '/admin/switches', async (request) => {
    const order = readOrder(request.body)
    const { disabled } = order
    const what = nameOf(order.what, fleet, switches)
    if (disabled && order.reason === undefined)
      throw new InvalidError('reason must say why: callers are told.')
    const reason = order.reason ?? 'enabled again'
    const word = switches.say({ what, disabled, reason, by: request.principal.subject })
    record(request, word)
    // Off here at once; the rest may take a moment.
    const [isShared, isWritten] = await Promise.all([kept?.keep(word), file?.write(switches.words)])
    return { ...view(word), shared: isShared ?? null, written: isWritten ?? null }
  })

  function record({ principal, requestId }: AdminRequest, { what, disabled, reason }: Switch): void {
    const { subject, tenant, clientId, issuer, actor } = principal
    logger.warn({ what, by: subject, reason }, disabled ? 'Something was disabled' : 'Something was enabled')
    audit.record({
      event: 'call',
      requestId,
      ...{ subject, tenant, clientId, issuer, actor },
      server: 'gateway',
      kind: 'switch',
      name: `${disabled ? 'disable' : 'enable'} ${what}`,
      reason,
      decision: 'allowed',
      outcome: 'ok',
      durationMs: 0,
    })
  }
}

function view({ what, disabled, reason, by, at }: Switch) {
  return { what, disabled, reason, by, at: new Date(at).toISOString() }
}

function readOrder(body: unknown): z.output<typeof Order> {
  const { data, error } = Order.safeParse(body)
  if (data) return data
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'it'} ${message}`)
  throw new InvalidError(`An order is { what, disabled, reason }: ${problems.join('; ')}.`)
}

/**
 * `tool:…`, `server:…` or `tenant:…` for what somebody wrote. Throws NotFoundError for what the gateway does not know:
 * who mistypes a name must not believe that it is disabled.
 */
function nameOf(given: string, fleet: Fleet, switches: Switches): string {
  const [kind, name] = /^(tool|server|tenant):(.+)$/.exec(given)?.slice(1) ?? [undefined, given]
  if (kind === 'tenant') return given
  if (name !== undefined && kind !== 'tool' && fleet.named(name)) return `server:${name}`
  if (name !== undefined && kind !== 'server' && mayBeTool(name, fleet)) return `tool:${name}`
  const known = [given, `tool:${given}`, `server:${given}`].find((each) => switches.wordOn(each))
  if (known !== undefined) return known
  throw new NotFoundError('tool or server', name)
}

function mayBeTool(name: string, fleet: Fleet): boolean {
  const upstream = fleet.ofName(name)
  const tools = upstream?.shared('tools')
  // A server that was never reached, or shows each caller their own, may have it.
  return (
    upstream !== undefined &&
    (tools === undefined || tools.cacheScope === 'private' || tools.byExposed.has(name))
  )
}
