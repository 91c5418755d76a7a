import { randomUUID } from 'node:crypto'
import type { Logger } from '@atoll/telemetry'
import { asHostname } from './as-hostname.ts'
import { ConfigError, type HostConfig } from './config.ts'

export interface RegistrationOptions {
  /** Where a gateway takes registrations: its `POST /register`. */
  readonly url: string
  readonly secret: string
  /** What the gateway calls this server. */
  readonly server: string
  /** Where the gateway reaches this process. */
  readonly instanceUrl: string
  readonly logger: Logger
}

/** The side of an instance: it tells a gateway that it is there, again and again, and when it stops. */
export interface Registration {
  start(): void
  /**
   * Say goodbye, and go on saying it. Resolves when the gateway knows and what it had sent before has arrived. Never rejects.
   */
  leave(): Promise<void>
  /** The process ends, so nothing more is said. */
  close(): void
}

/** Milliseconds. */
const DEADLINE = 2_000
const RETRY = { first: 200, longest: 5_000 }
const ARRIVING = 200

/** Register at a gateway, for as long as the process serves. A gateway that is away is tried again and again. */
export function createRegistration(options: RegistrationOptions): Registration {
  const { url, secret, server, instanceUrl, logger } = options
  const instance = randomUUID()
  const stopped = new AbortController()
  const closed = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let failures = 0
  let beating: Promise<void> | undefined

  async function announce(state: 'ready' | 'draining', signal?: AbortSignal): Promise<number> {
    const deadline = AbortSignal.timeout(DEADLINE)
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ server, url: instanceUrl, instance, state }),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
    const answer = (await response.json().catch(() => undefined)) as Answer | undefined
    if (!response.ok) throw new Error(answer?.error?.message ?? `It answered with status ${response.status}.`)
    return answer?.heartbeatMs ?? RETRY.longest
  }

  async function beat(): Promise<void> {
    let wait: number
    try {
      wait = await announce('ready', stopped.signal)
      if (failures > 0) logger.info({ url }, 'Registered at the gateway again')
      failures = 0
    } catch (error) {
      if (stopped.signal.aborted) return
      if (failures === 0) logger.warn({ err: error, url }, 'Could not register at the gateway; trying again')
      wait = Math.min(RETRY.first * 2 ** failures, RETRY.longest) * (0.5 + Math.random() / 2)
      failures++
    }
    if (!stopped.signal.aborted) timer = setTimeout(start, wait).unref()
  }

  function start(): void {
    beating = beat()
  }

  /** Who knows of it by other ways, too, would take it back when the lease is over. */
  function sayAgain(wait: number): void {
    if (closed.signal.aborted) return
    timer = setTimeout(async () => {
      sayAgain(await announce('draining', closed.signal).catch(() => RETRY.longest))
    }, wait).unref()
  }

  return {
    start,
    async leave() {
      if (stopped.signal.aborted) return
      stopped.abort()
      clearTimeout(timer)
      await beating
      try {
        sayAgain(await announce('draining').catch(() => announce('draining')))
        await new Promise((resolve) => setTimeout(resolve, ARRIVING))
      } catch (error) {
        logger.warn({ err: error, url }, 'The gateway could not be told that this instance stops')
        sayAgain(RETRY.longest)
      }
    },
    close() {
      stopped.abort()
      closed.abort()
      clearTimeout(timer)
    },
  }
}

interface Answer {
  readonly heartbeatMs?: number
  readonly error?: { readonly message?: string }
}

type Variables = Pick<
  HostConfig,
  'REGISTRY_URL' | 'REGISTRY_SECRET' | 'INSTANCE_URL' | 'INSTANCE_HOST' | 'HOST' | 'PORT'
>

/** The registration that the environment asks for, if it does. Throws ConfigError when it asks for half of one. */
export function registrationOf(
  config: Variables,
  { path, ...about }: { server: string; path: string; logger: Logger },
): Registration | undefined {
  const { REGISTRY_URL: urls, REGISTRY_SECRET: secret, HOST, PORT } = config
  if (urls.length === 0 && secret === undefined) return undefined
  if (urls.length === 0 || secret === undefined)
    throw new ConfigError(['REGISTRY_URL and REGISTRY_SECRET are needed together, or neither of them'])
  const instanceUrl = config.INSTANCE_URL ?? ownUrl(config.INSTANCE_HOST ?? HOST, PORT, path)
  if (instanceUrl === undefined)
    throw new ConfigError([
      'INSTANCE_URL: must say where the gateway reaches this instance, because HOST and PORT do not',
    ])
  return atEach(urls.map((url) => createRegistration({ url, secret, instanceUrl, ...about })))
}

/** At several gateways, each for itself: one that is away keeps no other from knowing. */
function atEach(registrations: readonly Registration[]): Registration {
  return {
    start() {
      for (const each of registrations) each.start()
    },
    async leave() {
      await Promise.all(registrations.map((each) => each.leave()))
    },
    close() {
      for (const each of registrations) each.close()
    },
  }
}

/** Undefined for addresses that mean "all" and for a port that is yet to be chosen. */
function ownUrl(host: string, port: number, path: string): string | undefined {
  if (port === 0 || ['0.0.0.0', '::', ''].includes(host)) return undefined
  return `http://${asHostname(host)}:${port}${path}`
}
