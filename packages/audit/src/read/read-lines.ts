import { createReadStream } from 'node:fs'

/** One line of a file, without its line feed. */
export interface Line {
  readonly text: string
  /** From 1. */
  readonly number: number
  /** False for what stands after the last line feed: it was being written. */
  readonly isWhole: boolean
}

/** The lines of a file, first to last, in bounded memory. Throws the system's error. */
export async function* readLines(path: string, signal?: AbortSignal): AsyncGenerator<Line> {
  let rest: Buffer[] = []
  let number = 0
  for await (const chunk of createReadStream(path, {
    highWaterMark: 256 * 1024,
    ...(signal && { signal }),
  })) {
    const bytes = chunk as Buffer
    let start = 0
    for (let feed = bytes.indexOf(0x0a); feed !== -1; feed = bytes.indexOf(0x0a, start)) {
      const line = bytes.subarray(start, feed)
      number += 1
      yield { text: textOf([...rest, line]), number, isWhole: true }
      rest = []
      start = feed + 1
    }
    if (start < bytes.length) rest.push(bytes.subarray(start))
  }
  if (rest.length > 0) yield { text: textOf(rest), number: number + 1, isWhole: false }
}

function textOf(parts: readonly Buffer[]): string {
  return parts.length === 1 ? (parts[0]?.toString('utf8') ?? '') : Buffer.concat(parts).toString('utf8')
}
