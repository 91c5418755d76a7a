import { readFileSync } from 'node:fs'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { MAX_SERVER_NAME, SERVER_NAME } from './naming.ts'

const Milliseconds = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m)$/, 'must be a time with its unit, like "2s" or "500ms"')
  .transform(
    (text) => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : text.endsWith('s') ? 1000 : 60_000),
  )
  .refine((milliseconds) => milliseconds > 0, 'must be longer than nothing')

const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((text) => !/^[^/]*\/\/[^/]*@/.test(text), 'must not hold a user or password')

/** Servers appear beside these in `/ready`. */
const OWN_DEPENDENCIES: ReadonlySet<string> = new Set(['identity', 'redis'])

const Server = z.strictObject({
  name: z
    .string()
    .max(MAX_SERVER_NAME, `must have at most ${MAX_SERVER_NAME} characters`)
    .regex(SERVER_NAME, 'must be lower-case words of letters and digits, joined by single hyphens')
    .refine((name) => !OWN_DEPENDENCIES.has(name), 'is what /ready calls a dependency of the gateway itself'),
  /** Its MCP endpoint. */
  url: HttpUrl,
  /** Its canonical URI, which tokens for it name as their audience, where that is not the URL it is reached at. */
  audience: HttpUrl.optional(),
  /** Deadline of discovery and lists. */
  timeout: Milliseconds.default(2000),
  /** Deadline of one call; the server's own is usually shorter. */
  callTimeout: Milliseconds.default(60_000),
})

const Servers = z
  .array(Server)
  .refine(
    (servers) => new Set(servers.map(({ name }) => name)).size === servers.length,
    'has two servers of one name',
  )

export type ServerConfig = z.output<typeof Server>

/** What tokens for a server name as their audience. */
export function audienceOf({ audience, url }: ServerConfig): string {
  return audience ?? url
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The servers behind the gateway, from `GATEWAY_SERVERS` (JSON) or the file that `GATEWAY_SERVERS_FILE` names.
 * Throws InvalidError, which names every entry that is wrong and what is allowed.
 */
export function parseServers(env: Environment): readonly ServerConfig[] {
  const { GATEWAY_SERVERS: text, GATEWAY_SERVERS_FILE: file } = env
  if (text && file) throw new InvalidError('Set GATEWAY_SERVERS or GATEWAY_SERVERS_FILE, not both.')
  if (!text && !file) throw new InvalidError(`GATEWAY_SERVERS is not set. ${EXAMPLE}`)
  const source = text ? 'GATEWAY_SERVERS' : `GATEWAY_SERVERS_FILE (${file})`
  const { data, error } = Servers.safeParse(parseJson(text || readText(file ?? ''), source))
  if (data) return data
  const problems = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${whichEntry(path)} ${message}`,
  )
  throw new InvalidError(`${source} is not right: ${problems.join('; ')}. ${EXAMPLE}`)
}

const EXAMPLE =
  'It is a JSON list like [{ "name": "hr", "url": "http://127.0.0.1:3001/mcp", "timeout": "2s" }].'

function whichEntry([index, ...rest]: readonly PropertyKey[]): string {
  return `entry ${Number(index) + 1}${rest.length === 0 ? '' : `, ${rest.join('.')},`}`
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new InvalidError(`GATEWAY_SERVERS_FILE (${file}) cannot be read.`, { cause })
  }
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InvalidError(`${source} is not JSON. ${EXAMPLE}`, { cause })
  }
}
