import { InvalidError } from '@atoll/errors'
import { type Apps, discoverApps } from '../apps/discover-apps.ts'
import { type Context, printJson } from '../context.ts'
import { openHome } from '../files/open-home.ts'
import { parseSeconds } from '../fleet/duration.ts'
import { type Fleet, readFleet } from '../fleet/fleet-file.ts'
import { DEVELOPER, openIdentity } from '../fleet/identity.ts'
import { personNamed } from '../fleet/people.ts'

export interface TokenOptions {
  readonly subject: string
  /** That of the person unless given. */
  readonly tenant?: string
  /** Separated by spaces or commas. */
  readonly scopes?: string
  /** Separated by spaces or commas; those of the person unless given. */
  readonly roles?: string
  readonly ttl: string
  readonly audience: string
  readonly json?: boolean
}

/** Sign a development token and print it, alone on a line. */
export async function token(context: Context, options: TokenOptions): Promise<void> {
  const { settings, stdout } = context
  const { subject } = options
  const person = personNamed(subject)
  const tenant = options.tenant ?? person?.tenant ?? DEVELOPER.tenant
  const roles = options.roles?.split(/[\s,]+/).filter(Boolean) ?? person?.roles ?? []
  if (subject.trim() === '' || tenant.trim() === '')
    throw new InvalidError('--subject and --tenant need a value.')
  const ttl = parseSeconds(options.ttl)
  const apps = await discoverApps(settings)
  const audience = audienceOf(options.audience, apps)
  const scopes =
    options.scopes?.split(/[\s,]+/).filter(Boolean) ??
    allScopes(await readFleet(settings.home), options.audience).concat(
      options.audience === 'gateway' ? (person?.gatewayScopes ?? []) : [],
    )
  await openHome(settings.home)
  const identity = await openIdentity(settings, apps)
  const signed = await identity.sign({ subject, tenant, roles, scopes, audience, ttl })
  if (!options.json) {
    stdout.write(`${signed}\n`)
    return
  }
  const expiresAt = new Date(Date.now() + ttl * 1_000).toISOString()
  printJson(context, { token: signed, audience, subject, tenant, roles, scopes, expiresAt })
}

function audienceOf(text: string, apps: Apps): string {
  const app = apps.all.find(({ name, role }) => name === text || (role === 'gateway' && text === 'gateway'))
  if (app) return app.mcp
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text
  const names = apps.all.map(({ name }) => name).join(', ')
  throw new InvalidError(`There is no audience "${text}"; name ${names}, or give a URL.`)
}

function allScopes(fleet: Fleet | undefined, audience: string): string[] {
  const scopes = Object.hasOwn(fleet?.servers ?? {}, audience)
    ? fleet?.servers[audience]?.scopes
    : fleet?.scopes
  if (scopes) return scopes
  throw new InvalidError('Give --scopes: the fleet, which knows them all, is not running.')
}
