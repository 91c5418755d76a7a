import { mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { pino } from 'pino'

/** A queue of lines in front of a file, stdout or stderr: written in order, off the caller's path. */
export interface Output {
  /** Takes whole lines and returns at once; false when they were dropped because too much is waiting. */
  write(lines: string | Uint8Array): boolean
  /** Bytes accepted and not yet written. */
  readonly waiting: number
  /** How often `write` had to drop. */
  readonly dropped: number
  /** Resolves when everything accepted so far is written, or writing has failed for good. */
  flush(): Promise<void>
  /** For the end of the process. */
  flushSync(): void
  /** Flushes, and closes the file. Standard streams stay open. */
  close(): Promise<void>
}

export interface OutputOptions {
  /** Bytes that may wait for a slow reader. Default 16 MB. */
  maxWaiting?: number
}

const MAX_WAITING = 16 * 1024 * 1024

// Here, so that it comes before everybody who writes at the end.
let isEnding = false
process.on('exit', () => {
  isEnding = true
})

const standard = new Map<1 | 2, Output>()

/**
 * The one queue in front of stdout (1) or stderr (2): two writers on a pipe would cut each other's lines. It is
 * emptied when the process exits.
 */
export function standardOutput(fd: 1 | 2): Output {
  const known = standard.get(fd)
  if (known) return known
  const output = queue(fd, false, {})
  standard.set(fd, output)
  return output
}

/** Append to a file that only its owner may read, made where it is missing. Throws the system's error. */
export function fileOutput(path: string, options: OutputOptions = {}): Output {
  mkdirSync(dirname(path), { recursive: true })
  return queue(openSync(path, 'a', 0o600), true, options)
}

function queue(fd: number, closes: boolean, { maxWaiting = MAX_WAITING }: OutputOptions): Output {
  const stream = pino.destination({ dest: fd, sync: false, contentMode: 'buffer' })
  /** What is written once the process ends: beside a thread that writes, lines could come out of order or not at all. */
  let last: typeof stream | undefined
  let waiting = 0
  let dropped = 0
  let idle: (() => void)[] = []
  const rest = () => {
    waiting = 0
    const resolved = idle
    idle = []
    for (const resolve of resolved) resolve()
  }
  stream.on('write', (bytes: number) => {
    waiting -= bytes
  })
  stream.on('drain', rest)
  stream.on('error', rest)

  const output: Output = {
    write(lines) {
      const bytes = typeof lines === 'string' ? Buffer.from(lines) : lines
      if (waiting + bytes.length > maxWaiting) {
        if (dropped++ === 0) announceDrops()
        return false
      }
      // Typed for text; with `contentMode: 'buffer'` it takes bytes.
      const typed = bytes as unknown as string
      if (isEnding) {
        stream.flushSync()
        last ??= pino.destination({ dest: fd, sync: true, contentMode: 'buffer' })
        last.write(typed)
        return true
      }
      waiting += bytes.length
      stream.write(typed)
      return true
    },
    get waiting() {
      return waiting
    },
    get dropped() {
      return dropped
    },
    flush: () => (waiting === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    flushSync: () => stream.flushSync(),
    async close() {
      await output.flush()
      if (closes) stream.end()
    },
  }
  return output
}

// Straight to stderr, because the queue that would carry the message is the one that is full.
function announceDrops(): void {
  try {
    writeSync(2, '{"level":"error","msg":"an output is blocked; lines are being dropped"}\n')
  } catch {
    // stderr is blocked or gone as well; the count remains.
  }
}
