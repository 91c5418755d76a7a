import type { WriteStream } from 'node:tty'
import { SingleBar } from 'cli-progress'

export interface Progress {
  /** Bytes read of everything, and what is being read. */
  update(bytes: number, doing: string): void
  stop(): void
}

const LINES_EVERY = 0.1

/** A bar on a terminal, otherwise a line for every tenth of the way. */
export function progress(stream: NodeJS.WritableStream, total: number): Progress {
  return isTerminal(stream) ? bar(stream, total) : lines(stream, total)
}

function bar(stream: NodeJS.WriteStream, total: number): Progress {
  const single = new SingleBar({ stream, format: '[{bar}] {percentage}% {doing}', hideCursor: true })
  single.start(total, 0, { doing: '' })
  return {
    update: (bytes, doing) => single.update(bytes, { doing }),
    stop: () => single.stop(),
  }
}

function lines(stream: NodeJS.WritableStream, total: number): Progress {
  let next = LINES_EVERY
  return {
    update(bytes, doing) {
      if (total === 0 || bytes / total < next) return
      stream.write(`${Math.floor((100 * bytes) / total)}% ${doing}\n`)
      next = Math.floor(bytes / total / LINES_EVERY + 1) * LINES_EVERY
    },
    stop: () => {},
  }
}

function isTerminal(stream: NodeJS.WritableStream): stream is WriteStream {
  return (stream as Partial<WriteStream>).isTTY === true
}
