import { type Output, standardOutput } from '../log/output.ts'
import { type AuditEvent, auditLine } from './audit-event.ts'

export type { AuditEvent } from './audit-event.ts'

export interface AuditLogOptions {
  /** Where lines go. Default: stdout, in order with the log's lines. */
  stream?: Pick<Output, 'write' | 'flush' | 'flushSync'>
  /** Milliseconds that events may wait for others to be written with. Default 50. */
  flushEvery?: number
  /** Characters that may wait in memory; what comes after is dropped and counted. Default 8 million. */
  maxWaiting?: number
}

export interface AuditLog {
  /** Takes an event in about a microsecond; it is written later. */
  record(event: AuditEvent): void
  /** Events lost because nobody took the lines; each gap is also noted in the log itself. */
  readonly dropped: number
  /** Resolves when every event taken so far is written. */
  flush(): Promise<void>
  /** Flushes and stops. Events recorded later are written at once. */
  close(): Promise<void>
}

/**
 * An append-only record of who called what and what was decided, as lines of JSON, written in batches off the
 * hot path. A batch waits for the one before it, so a blocked reader costs bounded memory and counted events.
 */
export function createAuditLog(options: AuditLogOptions = {}): AuditLog {
  const { stream = standardOutput(1), flushEvery = 50, maxWaiting = 8_000_000 } = options
  let batch = ''
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let dropped = 0
  let reported = 0
  let isClosed = false

  function record(event: AuditEvent): void {
    if (batch.length > maxWaiting) {
      dropped++
      return
    }
    batch += auditLine(event)
    if (isClosed) void flush()
    else timer ??= setTimeout(flush, flushEvery).unref()
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
    while (batch !== '') {
      const lines = take()
      if (!stream.write(lines)) lose(lines)
      await stream.flush()
    }
  }

  function take(): string {
    const lines = batch + (dropped > reported ? gap(dropped - reported) : '')
    reported = dropped
    batch = ''
    return lines
  }

  function lose(lines: string): void {
    dropped += lines.split('\n').length - 1
  }

  function atExit(): void {
    if (batch !== '') stream.write(take())
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

function gap(count: number): string {
  return `{"time":"${new Date().toISOString()}","event":"gap","lost":${count}}\n`
}
