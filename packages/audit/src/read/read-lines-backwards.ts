import { open } from 'node:fs/promises'

const CHUNK = 256 * 1024

/** The whole lines of a file, last to first, in bounded memory; counts what it read in `read`. Throws the system's error. */
export async function* readLinesBackwards(path: string, read: { bytes: number }): AsyncGenerator<string> {
  const file = await open(path, 'r')
  try {
    let end = (await file.stat()).size
    /** The beginning of the line that the last chunk began in the middle of. */
    let rest: Buffer = Buffer.alloc(0)
    let isFirst = true
    while (end > 0) {
      const start = Math.max(0, end - CHUNK)
      const chunk = Buffer.alloc(end - start)
      await file.read(chunk, 0, chunk.length, start)
      read.bytes += chunk.length
      let bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([chunk, rest])
      if (isFirst) {
        // What stands after the last line feed is being written.
        const feed = bytes.lastIndexOf(0x0a)
        if (feed === -1 && start > 0) {
          rest = bytes
          end = start
          continue
        }
        bytes = bytes.subarray(0, feed)
        isFirst = false
      }
      let until = bytes.length
      for (let feed = bytes.lastIndexOf(0x0a); feed !== -1; feed = lastFeed(bytes, feed)) {
        yield bytes.toString('utf8', feed + 1, until)
        until = feed
      }
      rest = Buffer.from(bytes.subarray(0, until))
      end = start
    }
    if (rest.length > 0) yield rest.toString('utf8')
  } finally {
    await file.close()
  }
}

function lastFeed(bytes: Buffer, before: number): number {
  return before === 0 ? -1 : bytes.lastIndexOf(0x0a, before - 1)
}
