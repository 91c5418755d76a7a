import { join } from 'node:path'
import type { SigningKeys } from '@atoll/auth'
import { type AuditEvent, type AuditLog, auditMembers, type Logger } from '@atoll/telemetry'
import { Chain, type CheckpointReason, membersOf } from '../chain/chain.ts'
import { UnrecordedError } from '../unrecorded-error.ts'
import { findChain } from './find-chain.ts'
import { GroupCommit } from './group-commit.ts'
import { Promises } from './promises.ts'
import { checkpointFile, segmentFile } from './segment-name.ts'

/** What becomes of calls while nothing can be recorded. */
export type OnFailure = 'refuse' | 'refuse-writes' | 'continue'

export interface ChainedLogOptions {
  readonly folder: string
  /** Of the writer; an id is added to it. */
  readonly name: string
  /** What records tell of the process that wrote them. */
  readonly about: Readonly<Record<string, string | number>>
  readonly keys: SigningKeys
  readonly onFailure: OnFailure
  readonly fsync: boolean
  /** Bytes of a segment; another follows it, also each day (UTC). */
  readonly segmentSize: number
  /** Records between checkpoints, and milliseconds that a record may be without one. */
  readonly checkpointEvery?: { readonly records: number; readonly time: number }
  /** Bytes that may wait in memory. What comes after is dropped, counted, and noted in the chain. */
  readonly maxWaiting?: number
  readonly logger: Logger
  /** Told after each batch. */
  onWritten?(): void
}

const CHECKPOINT_EVERY = { records: 1000, time: 10_000 }
const MAX_WAITING = 8 * 1024 * 1024
const DAY = 86_400_000
/** Events kept until the chain is found. */
const MOST_EARLY = 10_000

/**
 * An audit log that can be checked: records in files, each naming the one before by its hash, with signed checkpoints.
 * What was recorded is handed to the kernel before `committed` resolves, so it outlives the process.
 */
export class ChainedLog implements AuditLog {
  readonly #options: ChainedLogOptions & Required<Pick<ChainedLogOptions, 'checkpointEvery' | 'maxWaiting'>>
  readonly #commit: GroupCommit
  /** What comes before the chain is found. */
  #early: AuditEvent[] = []
  #chain: Chain | undefined
  #writer = ''
  #path = ''
  #checkpoints = ''
  #size = 0
  #day = 0
  #unsigned = 0
  #records = 0
  #dropped = 0
  #noted = 0
  #isStale = false
  #timer: NodeJS.Timeout | undefined
  #release = () => {}
  readonly #promises = new Promises()
  readonly #started = Promise.withResolvers<void>()
  readonly #atExit = () => this.#commit.flushSync()

  constructor(options: ChainedLogOptions) {
    this.#options = { checkpointEvery: CHECKPOINT_EVERY, maxWaiting: MAX_WAITING, ...options }
    const { logger, fsync, onWritten = () => {} } = options
    this.#started.promise.catch(() => {})
    this.#commit = new GroupCommit({
      fsync,
      onWritten,
      onState: (failure) =>
        failure
          ? logger.error({ err: failure }, 'Audit records cannot be written')
          : logger.info('Audit records are written again'),
    })
  }

  get writer(): string {
    return this.#writer
  }
  get dropped(): number {
    return this.#dropped
  }
  /** Records written or waiting, of this process. */
  get records(): number {
    return this.#records
  }
  /** The last record of the chain, written or waiting. */
  get lastSeq(): number {
    return this.#chain?.end.seq ?? 0
  }
  get waiting(): number {
    return this.#commit.waiting
  }
  get failure(): Error | undefined {
    return this.#commit.failure
  }
  /** The segment that is being written. */
  get path(): string {
    return this.#path
  }

  /** Go on with the last process's chain, or begin one. Rejects with the system's error. */
  async start(): Promise<void> {
    const { folder, name, logger, keys, checkpointEvery } = this.#options
    try {
      const found = await findChain(folder, name)
      this.#writer = found.writer
      this.#release = found.release
      if (found.torn > 0)
        logger.warn(
          { bytes: found.torn },
          'The last process died while writing an audit record: it was cut off',
        )
      if (found.isDamaged)
        logger.error({ writer: found.writer }, 'The audit was changed from outside: see `atoll audit verify`')
      this.#checkpoints = join(folder, checkpointFile(found.writer))
      this.#commit.goOn(this.#checkpoints, found.checkpointBytes)
      this.#chain = new Chain(found.writer, found.end, keys)
      this.#begin(Date.now(), found.torn > 0 ? { torn: found.torn } : {})
    } catch (error) {
      this.#started.reject(error)
      throw error
    }
    process.on('exit', this.#atExit)
    const early = this.#early
    this.#early = []
    for (const event of early) this.record(event)
    this.#timer = setInterval(() => this.#signOld(), checkpointEvery.time / 2).unref()
    // A disk that is full now may have room later; until then `admit` decides.
    await this.#commit.committed()?.catch(() => {})
    this.#started.resolve()
  }

  record(event: AuditEvent): void {
    event.time ??= Date.now()
    if (!this.#chain) {
      if (this.#early.length < MOST_EARLY) this.#early.push(event)
      else this.#dropped += 1
      return
    }
    const { maxWaiting } = this.#options
    if (this.#commit.waiting > maxWaiting) {
      this.#dropped += 1
      return
    }
    if (this.#dropped > this.#noted) this.#noteGap(event.time)
    this.#append(auditMembers(event), event.time)
  }

  admit(effect: AuditEvent['effect']): void {
    const { failure } = this.#commit
    if (failure && this.#refuses(effect)) throw UnrecordedError.refused(failure)
  }

  committed(event: AuditEvent | undefined): Promise<void> | undefined {
    const written = this.#chain
      ? this.#commit.committed()
      : this.#started.promise.then(() => this.#commit.committed())
    if (!written) return undefined
    // A refusal did nothing and shows nothing, so it may be told.
    const effect = event && effectOf(event)
    const withholds = event?.decision === 'allowed' && this.#refuses(effect)
    const mayHaveChanged = effect !== undefined && effect !== 'read'
    return this.#promises.for(written, !withholds ? 'told' : mayHaveChanged ? 'changed' : 'read')
  }

  /** Add a record of the log's own, such as what was removed for its age; resolves when it is written. */
  async note(body: Readonly<Record<string, unknown>>, reason: CheckpointReason): Promise<void> {
    const now = Date.now()
    this.#append(membersOf({ time: new Date(now).toISOString(), ...body }), now)
    this.#sign(reason, now)
    await this.#commit.committed()
  }

  flush(): Promise<void> {
    return this.#commit.flush()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    if (this.#chain) this.#sign('close', Date.now())
    try {
      await this.#commit.close()
    } catch (error) {
      this.#options.logger.error({ err: error }, 'Audit records were lost at the end')
    }
    process.off('exit', this.#atExit)
    this.#release()
  }

  #refuses(effect: AuditEvent['effect']): boolean {
    const { onFailure } = this.#options
    return (
      onFailure === 'refuse' || (onFailure === 'refuse-writes' && effect !== undefined && effect !== 'read')
    )
  }

  #append(members: string, now: number): void {
    const chain = this.#chain
    if (!chain) throw new TypeError('The audit log is not started')
    const { segmentSize, checkpointEvery } = this.#options
    if (this.#size > segmentSize || Math.floor(now / DAY) > this.#day) this.#rotate(now)
    this.#write(chain.append(members))
    this.#records += 1
    this.#unsigned += 1
    if (this.#unsigned >= checkpointEvery.records) this.#sign('count', now)
  }

  #write(line: Buffer): void {
    this.#commit.push(this.#path, line)
    this.#size += line.length
  }

  #rotate(now: number): void {
    this.#sign('rotation', now)
    void this.#commit.finish(this.#path)
    this.#begin(now, {})
  }

  /** A new segment: its first record says whose it is, and its checkpoint vouches for all before it. */
  #begin(now: number, more: Readonly<Record<string, number>>): void {
    const chain = this.#chain
    if (!chain) return
    const { folder, about, keys, checkpointEvery } = this.#options
    this.#path = join(folder, segmentFile({ writer: this.#writer, first: chain.end.seq + 1 }))
    this.#size = 0
    this.#day = Math.floor(now / DAY)
    const time = new Date(now).toISOString()
    const key = keys.jwks.keys[0]
    const opened = { time, event: 'open', format: 1, writer: this.#writer, ...about, ...more }
    this.#write(chain.append(membersOf({ ...opened, signedEvery: checkpointEvery.records, key })))
    this.#sign('open', now)
  }

  #sign(reason: CheckpointReason, now: number): void {
    const line = this.#chain?.checkpoint(reason, now)
    if (line === undefined) return
    this.#write(line)
    this.#commit.push(this.#checkpoints, line)
    this.#unsigned = 0
    this.#isStale = false
  }

  /** A record is signed after one to two ticks of half the time. */
  #signOld(): void {
    if (this.#unsigned > 0 && this.#isStale) this.#sign('time', Date.now())
    else this.#isStale = this.#unsigned > 0
  }

  #noteGap(now: number): void {
    const lost = this.#dropped - this.#noted
    this.#noted = this.#dropped
    this.#append(membersOf({ time: new Date(now).toISOString(), event: 'gap', lost }), now)
  }
}

/** A tool that says nothing of itself may do anything (MCP schema, ToolAnnotations). */
function effectOf({ effect, kind }: AuditEvent): AuditEvent['effect'] {
  return effect ?? (kind === 'tool' ? 'destroy' : undefined)
}
