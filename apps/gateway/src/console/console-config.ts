import { readFileSync } from 'node:fs'
import { InvalidError } from '@atoll/errors'
import { type Environment, parseEnvironment } from '@atoll/server-kit'
import { z } from 'zod'

const People = z.array(
  z.strictObject({
    subject: z.string().min(1),
    tenant: z.string().min(1),
    roles: z.array(z.string()).default([]),
    /** Beside those of the servers. */
    scopes: z.array(z.string()).default([]),
    /** What they are to somebody who chooses among them. */
    about: z.string().default(''),
  }),
)

const Variables = z.object({
  /** The console's OAuth client at the first of AUTH_ISSUERS that is an authorization server. */
  CONSOLE_CLIENT_ID: z.string().min(1).optional(),
  /** Holds the client's secret; a public client, which has none, is as good (PKCE). */
  CONSOLE_CLIENT_SECRET_FILE: z.string().optional(),
  /** Who anybody may be with one click, as JSON. Only with the development issuer. */
  CONSOLE_PEOPLE: z.string().optional(),
  /** Where a trace is looked at: a URL with `{traceId}`. */
  CONSOLE_TRACE_URL: z
    .string()
    .regex(/^https?:\/\/.*\{traceId\}/, 'must be an http or https URL with {traceId}')
    .optional(),
})

/** Somebody of the demonstration. */
export type DemonstrationPerson = z.output<typeof People>[number]

export interface ConsoleConfig {
  readonly client: { readonly id: string; readonly secret: string | undefined } | undefined
  readonly people: readonly DemonstrationPerson[]
  readonly traceUrl: string | undefined
}

/** Undefined where nobody could sign in. Throws InvalidError. */
export function readConsoleConfig(env: Environment, isDevelopment: boolean): ConsoleConfig | undefined {
  const { CONSOLE_CLIENT_ID, CONSOLE_CLIENT_SECRET_FILE, CONSOLE_PEOPLE, CONSOLE_TRACE_URL } =
    parseEnvironment(Variables, env)
  if (CONSOLE_PEOPLE !== undefined && !isDevelopment)
    throw new InvalidError('CONSOLE_PEOPLE needs the development issuer: set CONSOLE_CLIENT_ID instead.')
  if (CONSOLE_CLIENT_ID === undefined && CONSOLE_PEOPLE === undefined) return undefined
  return {
    client:
      CONSOLE_CLIENT_ID === undefined ? undefined : client(CONSOLE_CLIENT_ID, CONSOLE_CLIENT_SECRET_FILE),
    people: CONSOLE_PEOPLE === undefined ? [] : readPeople(CONSOLE_PEOPLE),
    traceUrl: CONSOLE_TRACE_URL,
  }
}

function client(id: string, file: string | undefined) {
  try {
    return { id, secret: file === undefined ? undefined : readFileSync(file, 'utf8').trim() }
  } catch (cause) {
    throw new InvalidError(`CONSOLE_CLIENT_SECRET_FILE (${file}) cannot be read.`, { cause })
  }
}

function readPeople(text: string): DemonstrationPerson[] {
  try {
    return People.parse(JSON.parse(text))
  } catch (cause) {
    throw new InvalidError('CONSOLE_PEOPLE must be a JSON list of { subject, tenant, roles, scopes }.', {
      cause,
    })
  }
}
