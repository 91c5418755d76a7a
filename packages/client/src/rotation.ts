import { choose } from './choose.ts'
import type { Instance } from './instance.ts'

/** An instance as its source knows it. */
export interface Place {
  readonly url: string
  /** It said that it stops. */
  readonly isDraining?: boolean
  /** Its share of the requests beside the others'; 1 unless given. */
  readonly weight?: number
}

/**
 * The instances of one server, and which of them take requests. What a request needs is worked out when
 * something changes, so that choosing costs a few comparisons.
 */
export class Rotation {
  readonly #open: (url: URL) => Instance
  #instances: readonly Instance[] = []
  #callable: readonly Instance[] = []
  #quick: readonly Instance[] = []
  #steady: Instance | undefined
  readonly #retiring = new Set<Instance>()

  constructor(open: (url: URL) => Instance) {
    this.#open = open
  }

  /** In the order of their URLs, which is the same everywhere. */
  get instances(): readonly Instance[] {
    return this.#instances
  }

  /** Those that are not named any more end when what they have in flight has ended. */
  set(places: readonly Place[]): void {
    const known = new Map(this.#instances.map((instance) => [instance.url.href, instance]))
    const wanted = new Map(places.map((place) => [new URL(place.url).href, place]))
    this.#instances = [...wanted]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([href, { isDraining = false, weight = 1 }]) => {
        const instance = known.get(href) ?? this.#open(new URL(href))
        instance.isDraining = isDraining
        instance.weight = weight
        return instance
      })
    for (const [href, instance] of known) if (!wanted.has(href)) this.#retire(instance)
    this.arrange()
  }

  /** To be called when the health of one has changed. */
  arrange(): void {
    const staying = this.#instances.filter(({ isDraining }) => !isDraining)
    const inHealth = (...of: Instance['health'][]) => staying.filter(({ health }) => of.includes(health))
    // What nobody has looked at yet is better than what is known to fail, and that better than nothing.
    const tiers = [inHealth('healthy', 'degraded'), inHealth('unknown'), staying]
    this.#callable = weighted(tiers.find(({ length }) => length > 0) ?? [])
    const healthy = inHealth('healthy')
    this.#quick = healthy.length > 0 ? weighted(healthy) : this.#callable
    this.#steady = healthy[0] ?? this.#callable[0]
  }

  /** One for the next request; undefined when there is none at all. */
  next(tried?: readonly Instance[]): Instance | undefined {
    return choose(this.#callable, tried)
  }

  /** One for a request that must not be slow. */
  nextQuick(tried?: readonly Instance[]): Instance | undefined {
    return choose(this.#quick, tried)
  }

  /** One beside those that were tried, if there is one that works. */
  spare(tried: readonly Instance[]): Instance | undefined {
    const found = this.next(tried)
    return found && !found.isResting && !found.isShut && !tried.includes(found) ? found : undefined
  }

  get hasSeveral(): boolean {
    // The same one stands there as often as its weight says.
    return this.#callable[0] !== this.#callable.at(-1)
  }

  /** The same one each time, as long as it is well. */
  get steady(): Instance | undefined {
    return this.#steady
  }

  hasOther(tried: readonly Instance[]): boolean {
    return this.#callable.some(
      (instance) => !tried.includes(instance) && !instance.isResting && !instance.isShut,
    )
  }

  async close(): Promise<void> {
    await Promise.all([...this.#instances, ...this.#retiring].map((instance) => instance.close()))
  }

  #retire(instance: Instance): void {
    this.#retiring.add(instance)
    void instance.retire().finally(() => this.#retiring.delete(instance))
  }
}

/** The finest part of the heaviest one's share that is told apart. */
const PARTS = 12

/** Each as often as its weight says, and at least once, so that picking by chance follows the weights. */
function weighted(instances: readonly Instance[]): readonly Instance[] {
  const heaviest = Math.max(...instances.map(({ weight }) => weight))
  if (instances.every(({ weight }) => weight === heaviest)) return instances
  return instances.flatMap((instance) => {
    const parts = Math.max(1, Math.round((instance.weight / heaviest) * PARTS))
    return Array.from({ length: parts }, () => instance)
  })
}
