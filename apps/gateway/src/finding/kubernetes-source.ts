import type { AddressGuard } from '@atoll/client'
import type { Logger } from '@atoll/telemetry'
import type { Informer, ObjectCache, V1EndpointSlice } from '@kubernetes/client-node'
import type { KubernetesConfig } from '../config.ts'
import { admitting } from './admitting.ts'
import type { Found } from './members.ts'
import { addressesIn, instancesAt } from './pods.ts'

export interface KubernetesSourceOptions {
  readonly server: string
  readonly config: KubernetesConfig
  /** Which addresses count. */
  readonly guard: AddressGuard
  readonly logger: Logger
  onFound(found: readonly Found[]): void
}

/** Milliseconds between two attempts to watch. */
const PAUSE = 1_000
/** Milliseconds that the start waits for the first list. */
const PATIENCE = 5_000
/** Instances of one server at most. */
const MAX_INSTANCES = 256

type Slices = Informer<V1EndpointSlice> & ObjectCache<V1EndpointSlice>

/** The instances behind EndpointSlices of a Kubernetes cluster, followed by a watch. */
export class KubernetesSource {
  readonly #options: KubernetesSourceOptions
  readonly #admit: ReturnType<typeof admitting>
  #slices: Slices | undefined
  #timer: NodeJS.Timeout | undefined
  /** In a row. */
  #failures = 0
  #isTelling = false
  #isClosed = false

  constructor(options: KubernetesSourceOptions) {
    this.#options = options
    this.#admit = admitting(options)
  }

  /** Resolves when the first list is there, or late. Never rejects. */
  async start(): Promise<void> {
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, PATIENCE).unref()
    })
    await Promise.race([this.#watch(), late])
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#slices?.stop()
  }

  async #watch(): Promise<void> {
    try {
      this.#slices ??= await this.#open()
      // It tells of failures by an event, and resolves all the same.
      const before = this.#failures
      await this.#slices.start()
      if (this.#isClosed) await this.#slices.stop()
      if (this.#isClosed || this.#failures > before) return
      if (before > 0)
        this.#options.logger.info({ server: this.#options.server }, 'EndpointSlices are watched again')
      this.#failures = 0
      this.#tell()
    } catch (error) {
      this.#fail(error)
    }
  }

  async #open(): Promise<Slices> {
    // Large, and of no use outside a cluster.
    const { DiscoveryV1Api, KubeConfig, ListWatch, Watch } = await import('@kubernetes/client-node')
    const { namespace, selector, kubeconfig } = this.#options.config
    const access = new KubeConfig()
    if (kubeconfig === undefined) access.loadFromCluster()
    else access.loadFromFile(kubeconfig)
    const api = access.makeApiClient(DiscoveryV1Api)
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`
    const list = () => api.listNamespacedEndpointSlice({ namespace, labelSelector: selector })
    const watch = new Watch(access)
    const begin = watch.watch.bind(watch)
    // It rejects where credentials cannot be had, and nobody awaits it when a watch that ended is begun again.
    watch.watch = (at, query, onEvent, onDone) =>
      begin(at, query, onEvent, onDone).catch((error) => {
        onDone(error)
        return new AbortController()
      })
    const slices = new ListWatch(path, watch, list, false, selector)
    slices.on('change', () => this.#tell())
    slices.on('error', (error) => this.#fail(error))
    return slices
  }

  /** What was known stays: an API server that is down must not take the servers with it. */
  #fail(error: unknown): void {
    if (this.#isClosed) return
    const { logger, server } = this.#options
    if (this.#failures === 0)
      logger.warn({ server, err: error }, 'EndpointSlices cannot be watched; the last ones stay')
    this.#failures++
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#watch(), PAUSE).unref()
  }

  /** A list that comes anew tells of each slice: first of those that are gone, then of those that came. */
  #tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    queueMicrotask(() => {
      this.#isTelling = false
      this.#tellNow()
    })
  }

  #tellNow(): void {
    if (this.#isClosed) return
    const { config, onFound } = this.#options
    const addresses = (this.#slices?.list() ?? []).flatMap((slice) => addressesIn(slice, config))
    const admitted = this.#admit(addresses, ({ url }) => new URL(url).hostname)
    onFound(instancesAt(admitted).slice(0, MAX_INSTANCES))
  }
}
