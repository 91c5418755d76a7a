import { open } from 'node:fs/promises'
import type { Logger } from '@atoll/telemetry'
import { readRecord } from '../chain/record.ts'
import { listSegments, type Segment } from '../file/list-segments.ts'
import type { Delivered, Sink } from './sink.ts'

export interface DeliveryOptions {
  readonly folder: string
  readonly sink: Sink
  readonly logger: Logger
  /** Writers whose records this process delivers; its own, once it is known. */
  writer(): string
}

const CHUNK = 256 * 1024
const MOST_RECORDS = 500
/** Milliseconds between looks, so that records come in batches; and while the place is away, growing. */
const PAUSE = 200
const FIRST_RETRY = 500
const LAST_RETRY = 30_000
/** Milliseconds that the end of the process waits for what is still to be delivered. */
const END_WITHIN = 5000

/**
 * Brings the records of a writer's files to another place, in order. The files are the queue: while the place is away
 * nothing is lost, and what arrived is asked for there.
 */
export class Delivery {
  readonly #options: DeliveryOptions
  /** The next record to deliver; undefined until the place was asked. */
  #next: number | undefined
  #segment: Segment | undefined
  #offset = 0
  #isAway = false
  #retry = FIRST_RETRY
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isClosed = false
  #newest = 0

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.sink.name
  }
  /** Whether the place took what it was last sent. */
  get isAway(): boolean {
    return this.#isAway
  }
  /** The last record that arrived. */
  get delivered(): number {
    return this.#next === undefined ? 0 : this.#next - 1
  }
  /** Records that are written and did not arrive yet. */
  get behind(): number {
    return Math.max(0, this.#newest - this.delivered)
  }

  /** There is something new, up to this record. */
  wake(newest: number): void {
    this.#newest = newest
    if (this.#running || this.#isClosed) return
    this.#timer ??= setTimeout(() => this.#start(), PAUSE).unref()
  }

  /** Delivers what is left, for some seconds at most. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, END_WITHIN)
    const rest = (this.#running ?? Promise.resolve()).then(() => this.#run())
    await Promise.race([late, rest]).catch(() => {})
    clearTimeout(timer)
    await this.#options.sink.close()
  }

  #start(): void {
    this.#timer = undefined
    this.#running = this.#run()
      .then(
        () => this.#arrived(),
        (error) => this.#failed(error),
      )
      .finally(() => {
        this.#running = undefined
        if (this.#isClosed || this.behind === 0) return
        const pause = this.#isAway ? this.#retry : PAUSE
        this.#timer = setTimeout(() => this.#start(), pause).unref()
      })
  }

  async #run(): Promise<void> {
    const { sink, writer } = this.#options
    const name = writer()
    this.#next ??= (await sink.last(name)) + 1
    for (;;) {
      const { records, offset, segment } = await this.#read(name, this.#next)
      if (records.length > 0) await sink.send(name, records)
      // Only what arrived moves on.
      this.#segment = segment
      this.#offset = offset
      this.#next = (records.at(-1)?.seq ?? this.#next - 1) + 1
      if (records.length === 0) return
    }
  }

  /** The next records from the files, and where they end. */
  async #read(writer: string, next: number) {
    const segments = (await listSegments(this.#options.folder)).get(writer) ?? []
    const current = this.#segment
    let index = current
      ? segments.findIndex(({ first }) => first === current.first)
      : segments.findLastIndex(({ first }) => first <= next)
    let offset = this.#offset
    // Removed for its age, or never there: what is left goes on from its beginning.
    if (index === -1) [index, offset] = [0, 0]
    for (; index < segments.length; index += 1, offset = 0) {
      const segment = segments[index]
      if (!segment) break
      const found = await readFrom(segment, offset, next)
      if (found.records.length > 0) return { ...found, segment }
      if (index === segments.length - 1) return { ...found, segment }
    }
    return { records: [], offset: 0, segment: current }
  }

  #arrived(): void {
    if (this.#isAway) this.#options.logger.info({ sink: this.name }, 'Audit records are delivered again')
    this.#isAway = false
    this.#retry = FIRST_RETRY
  }

  #failed(error: unknown): void {
    if (!this.#isAway)
      this.#options.logger.warn({ err: error, sink: this.name }, 'Audit records wait in their files')
    else this.#retry = Math.min(this.#retry * 2, LAST_RETRY)
    this.#isAway = true
  }
}

/** Whole records from `next` on; `offset` is where the last of them ends. */
async function readFrom(
  { path }: Segment,
  from: number,
  next: number,
): Promise<{ records: Delivered[]; offset: number }> {
  const file = await open(path, 'r')
  const records: Delivered[] = []
  let offset = from
  try {
    while (records.length < MOST_RECORDS) {
      const chunk = Buffer.alloc(CHUNK)
      const { bytesRead } = await file.read(chunk, 0, CHUNK, offset)
      const bytes = chunk.subarray(0, bytesRead)
      let start = 0
      for (let feed = bytes.indexOf(0x0a); feed !== -1; feed = bytes.indexOf(0x0a, start)) {
        const line = bytes.toString('utf8', start, feed)
        start = feed + 1
        const record = readRecord(line)
        if (record && record.seq >= next) records.push({ seq: record.seq, line })
        if (records.length === MOST_RECORDS) break
      }
      offset += start
      if (start === 0) break
    }
    return { records, offset }
  } finally {
    await file.close()
  }
}
