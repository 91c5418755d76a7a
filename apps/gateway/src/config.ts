import { readFileSync } from 'node:fs'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { CALL_OPTIONS } from './call-options.ts'
import { URL_PATTERN } from './finding/url-pattern.ts'
import { MAX_SERVER_NAME, SERVER_NAME } from './naming.ts'
import { Exchange } from './tokens/exchange-config.ts'
import { Milliseconds } from './units.ts'

const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((text) => !/^[^/]*\/\/[^/]*@/.test(text), 'must not hold a user or password')

/** Servers appear beside these in `/ready`. */
const OWN_DEPENDENCIES: ReadonlySet<string> = new Set([
  ...['identity', 'redis', 'audit', 'policy', 'protection', 'limits'],
])

const Registration = z.strictObject({
  /** Where instances may be; `*` stands for one part of a host name, or for a port. */
  urls: z
    .array(
      z
        .string()
        .regex(
          URL_PATTERN,
          'must be an http or https URL in which * is one part of the host name or the port, like "http://10.1.*.*:3001/mcp"',
        ),
    )
    .min(1, 'must name at least one URL'),
  /** The hash of what instances prove themselves with. */
  secret: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and the hash of the secret in hex'),
})

const Dns = z.strictObject({
  /** Of a headless service: `hr.default.svc.cluster.local`, or `_mcp._tcp.hr...` for SRV. */
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,253}$/, 'must be a host name'),
  type: z.enum(['A', 'SRV']).default('A'),
  /** Of every instance; SRV records bring their own. */
  port: z.int().min(1).max(65_535).default(3000),
  path: z
    .string()
    .regex(/^\/[^?#\s]*$/, 'must be a path like "/mcp"')
    .default('/mcp'),
  /** How often the name is resolved at least; sooner where the answer expires before. */
  interval: Milliseconds.prefault('10s'),
  /** Asked instead of the machine's own resolvers. */
  servers: z
    .array(z.string().regex(/^(\d+\.\d+\.\d+\.\d+|\[[\da-f:]+\])(:\d+)?$/, 'must be an IP address'))
    .min(1)
    .optional(),
})
export type DnsConfig = z.output<typeof Dns>

const Kubernetes = z.strictObject({
  namespace: z.string().regex(/^[a-z0-9-]{1,63}$/, 'must be the name of a namespace'),
  /** Of the EndpointSlices: `kubernetes.io/service-name=hr`. */
  selector: z.string().min(1),
  /** Number of a port of every instance, or its name in the EndpointSlice. */
  port: z.int().min(1).max(65_535).or(z.string().min(1)),
  path: z
    .string()
    .regex(/^\/[^?#\s]*$/, 'must be a path like "/mcp"')
    .default('/mcp'),
  /** A file that says how to reach the cluster; from within one unless given. */
  kubeconfig: z.string().optional(),
})
export type KubernetesConfig = z.output<typeof Kubernetes>

const Server = z.strictObject({
  name: z
    .string()
    .max(MAX_SERVER_NAME, `must have at most ${MAX_SERVER_NAME} characters`)
    .regex(SERVER_NAME, 'must be lower-case words of letters and digits, joined by single hyphens')
    .refine((name) => !OWN_DEPENDENCIES.has(name), 'is what /ready calls a dependency of the gateway itself'),
  /** Its MCP endpoint, where it has one instance, or a load balancer of its own. */
  url: HttpUrl.optional(),
  /** The MCP endpoints of its instances. */
  urls: z.array(HttpUrl).min(1, 'must name at least one URL').optional(),
  /** Lets instances register themselves. */
  register: Registration.optional(),
  /** Where DNS names its instances. */
  dns: Dns.optional(),
  /** Which EndpointSlices hold its instances. */
  kubernetes: Kubernetes.optional(),
  /** Its canonical URI, which tokens for it name as their audience, where that is not the URL it is reached at. */
  audience: HttpUrl.optional(),
  /** Whether its things carry its name; one server's may keep the names that it gives them. */
  names: z.enum(['prefixed', 'plain']).default('prefixed'),
  /** What calls to it carry, where that is not what `GATEWAY_TOKENS` says. */
  tokens: z.enum(['assertion', 'exchange']).optional(),
  /** Where tokens for it are exchanged, where that is not what `GATEWAY_EXCHANGE` says. */
  exchange: Exchange.optional(),
  /** Deadline of discovery and lists. */
  timeout: Milliseconds.default(2000),
  /** An instance that takes longer to say how it is counts as degraded; half of the deadline unless given. */
  slowAfter: Milliseconds.optional(),
  /** People who may listen to it at one replica of the gateway. */
  streams: z.int().min(1).max(1000).default(500),
  /** Deadline of one call; the server's own is usually shorter. */
  callTimeout: Milliseconds.default(60_000),
  ...CALL_OPTIONS,
})

const FoundServer = Server.superRefine((server, { addIssue }) => {
  const { url, urls, register, dns, kubernetes, audience, tokens, exchange } = server
  if (exchange && tokens === 'assertion')
    addIssue({ code: 'custom', path: ['exchange'], message: 'is of no use where tokens is "assertion"' })
  if (url && urls) addIssue({ code: 'custom', path: ['urls'], message: 'and url must not both be given' })
  if (!url && !urls && !register && !dns && !kubernetes)
    addIssue({
      code: 'custom',
      path: ['url'],
      message: 'is missing: give url, urls, dns, kubernetes or register',
    })
  else if (!url && !audience)
    addIssue({
      code: 'custom',
      path: ['audience'],
      message: 'must be given where url is not: tokens are for the server, not for one instance',
    })
})

const Servers = z
  .array(FoundServer)
  .refine(
    (servers) => new Set(servers.map(({ name }) => name)).size === servers.length,
    'has two servers of one name',
  )
  .refine(
    (servers) => servers.filter(({ names }) => names === 'plain').length < 2,
    'has two servers with "names": "plain", whose names could collide: only one may keep its own',
  )

export type ServerConfig = z.output<typeof Server>

/** What tokens for a server name as their audience. */
export function audienceOf({ name, audience, url }: ServerConfig): string {
  const uri = audience ?? url
  if (uri === undefined) throw new TypeError(`${name} has neither audience nor url`)
  return uri
}

/** The instances that the configuration itself names. */
export function urlsOf({ url, urls }: ServerConfig): readonly string[] {
  return urls ?? (url === undefined ? [] : [url])
}

/** Milliseconds after which an answer is slow. */
export function slowAfterOf({ slowAfter, timeout }: ServerConfig): number {
  return slowAfter ?? timeout / 2
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
