import { randomUUID } from 'node:crypto'
import type { Logger } from '@atoll/telemetry'
import { addRows, type Days, isWithin, type UsageRow } from './usage-row.ts'
import type { Batch, UsageStore } from './usage-store.ts'

export interface UsageLogOptions {
  /** Each keeps everything; the first one is asked. This process remembers alone where there is none. */
  readonly stores: readonly UsageStore[]
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
}

/** Milliseconds between two batches: what a process that is killed forgets. */
const KEEP_EVERY = 1000
const DAY = 86_400_000

interface Delivery {
  readonly store: UsageStore
  /** Handed over already, perhaps; it keeps its id until it is known to be kept. */
  batch: Batch | undefined
  readonly waiting: Map<string, UsageRow>
  running: Promise<void> | undefined
  hasFailed: boolean
}

/** Adds up what calls cost, and keeps it in batches off the path of the calls. */
export class UsageLog {
  readonly #options: UsageLogOptions
  readonly #clock: () => number
  readonly #deliveries: readonly Delivery[]
  /** Rows of today by tenant, team and tool. */
  readonly #rows = new Map<string, UsageRow>()
  /** What is kept nowhere else. */
  readonly #alone = new Map<string, UsageRow>()
  #day = ''
  #dayEnds = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: UsageLogOptions) {
    this.#options = options
    this.#clock = options.clock ?? Date.now
    this.#deliveries = options.stores.map((store) => ({
      ...{ store, batch: undefined, waiting: new Map(), running: undefined, hasFailed: false },
    }))
  }

  /** Rows that are not kept yet. */
  get waiting(): number {
    const counts = this.#deliveries.map(({ batch, waiting }) => (batch?.rows.length ?? 0) + waiting.size)
    return Math.max(0, ...counts) + this.#rows.size
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), KEEP_EVERY).unref()
  }

  add(tenant: string, team: string, tool: Tool, units: number, hasFailed: boolean): void {
    const now = this.#clock()
    if (now >= this.#dayEnds) this.#turnDay(now)
    const key = `${tenant}\n${team}\n${tool.exposed}`
    let row = this.#rows.get(key)
    if (!row) {
      const { server, exposed } = tool
      row = { day: this.#day, tenant, team, server, tool: exposed, calls: 0, units: 0, failed: 0 }
      this.#rows.set(key, row)
    }
    row.calls++
    row.units += units
    if (hasFailed) row.failed++
  }

  /** Keep what there is. Never rejects: what could not be kept is tried again. */
  async flush(): Promise<void> {
    this.#collect()
    await Promise.all(this.#deliveries.map((delivery) => this.#deliver(delivery)))
  }

  /** What was used on these days, by all replicas. Rejects where it is kept and cannot be read. */
  async read(days: Days): Promise<UsageRow[]> {
    await this.flush()
    const [first] = this.#deliveries
    if (!first) return [...this.#alone.values()].filter((row) => isWithin(row, days))
    const rows = new Map<string, UsageRow>()
    addRows(rows, await first.store.read(days))
    const pending = [...(first.batch?.rows ?? []), ...first.waiting.values()]
    addRows(
      rows,
      pending.filter((row) => isWithin(row, days)),
    )
    return [...rows.values()]
  }

  /** Keep the rest, and stop. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
    await Promise.all(this.#deliveries.map(({ store }) => store.close()))
  }

  #turnDay(now: number): void {
    this.#collect()
    this.#day = new Date(now).toISOString().slice(0, 10)
    this.#dayEnds = Math.floor(now / DAY) * DAY + DAY
  }

  #collect(): void {
    if (this.#rows.size === 0) return
    const rows = [...this.#rows.values()]
    this.#rows.clear()
    if (this.#deliveries.length === 0) addRows(this.#alone, rows)
    for (const { waiting } of this.#deliveries) addRows(waiting, rows)
  }

  #deliver(delivery: Delivery): Promise<void> {
    delivery.running ??= this.#keep(delivery).finally(() => {
      delivery.running = undefined
    })
    return delivery.running
  }

  async #keep(delivery: Delivery): Promise<void> {
    const { store, waiting } = delivery
    try {
      while (delivery.batch || waiting.size > 0) {
        delivery.batch ??= take(waiting)
        await store.keep(delivery.batch)
        delivery.batch = undefined
      }
      if (delivery.hasFailed) this.#options.logger.info(`Usage is kept in ${store.name} again`)
      delivery.hasFailed = false
    } catch (error) {
      if (!delivery.hasFailed)
        this.#options.logger.warn({ err: error }, `Usage cannot be kept in ${store.name}; it waits`)
      delivery.hasFailed = true
    }
  }
}

/** A tool, as the gateway knows it. */
export interface Tool {
  readonly exposed: string
  readonly server: string
}

const MOST_ROWS = 1000

function take(waiting: Map<string, UsageRow>): Batch {
  const rows: UsageRow[] = []
  for (const [key, row] of waiting) {
    if (rows.length === MOST_ROWS) break
    rows.push(row)
    waiting.delete(key)
  }
  return { id: randomUUID(), rows }
}
