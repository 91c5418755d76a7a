import { UnavailableError } from '@atoll/errors'
import { z } from 'zod'
import type { ServerPlaces, ServerSource } from './server-source.ts'

export interface GatewayServersOptions {
  /** Milliseconds between two looks; 10 s unless given. */
  every?: number
  /** Milliseconds for one look; 5 s unless given. */
  timeout?: number
  /** Told when a look failed, or a server that it found cannot be used. What was known before stays. */
  onError?(error: unknown): void
}

/** As much of what `GET /services` says as finding servers takes. */
const Services = z.object({
  services: z.array(
    z.object({
      name: z.string(),
      instances: z.array(z.object({ url: z.url(), state: z.enum(['serving', 'draining']) })),
    }),
  ),
})

/**
 * The servers that a gateway knows, for programs that call them without going through it. `services` is the gateway's
 * `/services`. The first look rejects with UnavailableError; after it, a gateway that is away changes nothing.
 */
export function gatewayServers(services: string, options: GatewayServersOptions = {}): ServerSource {
  const { every = 10_000, timeout = 5_000, onError } = options
  const stopped = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<ServerPlaces[]> => {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(timeout)])
    const response = await fetch(services, { signal, redirect: 'error' })
    if (!response.ok) throw new Error(`It answered with status ${response.status}.`)
    return Services.parse(await response.json()).services.map(placesOf)
  }
  return {
    async start(onServers) {
      const again = () => {
        timer = setTimeout(async () => {
          await look()
            .then(onServers)
            .catch((error) => {
              if (!stopped.signal.aborted) onError?.(error)
            })
          if (!stopped.signal.aborted) again()
        }, every).unref()
      }
      const first = await look().catch((cause) => {
        throw new UnavailableError('The gateway does not say which servers there are.', { cause })
      })
      onServers(first)
      again()
    },
    close() {
      stopped.abort()
      clearTimeout(timer)
    },
  }
}

function placesOf({ name, instances }: z.output<typeof Services>['services'][number]): ServerPlaces {
  return { name, instances: instances.map(({ url, state }) => ({ url, isDraining: state === 'draining' })) }
}
