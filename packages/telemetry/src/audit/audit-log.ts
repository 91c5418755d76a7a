import { type Output, standardOutput } from '../log/output.ts'
import { type AuditEvent, auditLine } from './audit-event.ts'

export interface AuditLogOptions {
  /** Where lines go. Default: stdout, in order with the log's lines. */
  stream?: Pick<Output, 'write' | 'flush' | 'flushSync'>
  /** Milliseconds that events may wait for others to be written with. Default 50. */
  flushEvery?: number
  /** Bytes that may wait in memory; what comes after is dropped and counted. Default 8 MB. */
  maxWaiting?: number
}

export interface AuditLog {
  /** Takes an event in about a microsecond; it is written later. */
  record(event: AuditEvent): void
  /** Throws an AppError where a call must not begin, because what becomes of it could not be recorded. */
  admit?(effect: AuditEvent['effect']): void
  /**
   * Resolves when everything recorded so far is kept as safely as this log promises; undefined where there is nothing
   * to wait for. Rejects with an AppError where the answer to the call of this event must be withheld, because it was not
   * recorded; without an event, or with one of a refusal, there is nothing to withhold.
   */
  committed?(event: AuditEvent | undefined): Promise<void> | undefined
  /** Events lost because nobody took the lines; each gap is also noted in the log itself. */
  readonly dropped: number
  /** Resolves when every event taken so far is written. */
  flush(): Promise<void>
  /** Flushes and stops. Events recorded later are written at once. */
  close(): Promise<void>
}

const CHUNK = 64 * 1024
const MAX_WAITING = 8 * 1024 * 1024

/**
 * An append-only record of who called what and what was decided, as lines of JSON, written in batches off the
 * hot path. A batch waits for the one before it, so a blocked reader costs bounded memory and counted events.
 */
export function createAuditLog(options: AuditLogOptions = {}): AuditLog {
  const { stream = standardOutput(1), flushEvery = 50, maxWaiting = MAX_WAITING } = options
  // Lines are encoded as they come: joining and measuring strings later costs more than all the rest.
  let chunk = Buffer.allocUnsafe(CHUNK)
  let used = 0
  let events = 0
  let full: Batch[] = []
  let fullBytes = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let dropped = 0
  let reported = 0
  let isClosed = false

  function record(event: AuditEvent): void {
    const line = auditLine(event)
    // Three bytes are the most that a UTF-16 unit becomes.
    if (used + line.length * 3 > CHUNK && !seal()) {
      dropped++
      return
    }
    used += chunk.write(line, used)
    events++
    if (isClosed) void flush()
    else timer ??= setTimeout(flush, flushEvery).unref()
  }

  /** Put the chunk aside and begin another; false when too much is waiting already. */
  function seal(): boolean {
    if (used === 0) return true
    if (fullBytes + used > maxWaiting) return false
    full.push({ bytes: chunk.subarray(0, used), events })
    fullBytes += used
    chunk = Buffer.allocUnsafe(CHUNK)
    used = 0
    events = 0
    return true
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= drain().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function drain(): Promise<void> {
    while (used > 0 || full.length > 0) {
      writeAll()
      await stream.flush()
    }
  }

  function writeAll(): void {
    seal()
    const batches = full
    full = []
    fullBytes = 0
    if (dropped > reported) batches.push({ bytes: gap(dropped - reported), events: 0 })
    reported = dropped
    for (const batch of batches) {
      if (!stream.write(batch.bytes)) dropped += batch.events
    }
  }

  function atExit(): void {
    writeAll()
    stream.flushSync()
  }
  process.on('exit', atExit)

  return {
    record,
    flush,
    get dropped() {
      return dropped
    },
    async close() {
      isClosed = true
      await flush()
      process.off('exit', atExit)
    },
  }
}

interface Batch {
  bytes: Buffer
  events: number
}

function gap(lost: number): Buffer {
  return Buffer.from(`{"time":"${new Date().toISOString()}","event":"gap","lost":${lost}}\n`)
}
