import { closeSync, fdatasync, fsync, open, write, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { WritePace } from './write-pace.ts'

/**
 * A file that grows at its end, written at known positions: a write that failed half-way is made again over itself.
 * One write at a time.
 */
export class SegmentHandle {
  readonly #fd: number
  readonly #pace: WritePace
  #position: number

  private constructor(fd: number, position: number, pace: WritePace) {
    this.#fd = fd
    this.#position = position
    this.#pace = pace
  }

  /** Open the file behind its first `position` bytes, or make it; only its owner may read it. `pace` is of the disk. */
  static open(
    path: string,
    { position, sync, pace }: { position: number; sync: boolean; pace: WritePace },
    done: (error: Error | null, handle?: SegmentHandle) => void,
  ): void {
    open(path, position === 0 ? 'wx' : 'r+', 0o600, (error, fd) => {
      if (error) return done(error)
      const handle = new SegmentHandle(fd, position, pace)
      if (sync && position === 0) syncFolder(dirname(path), () => done(null, handle))
      else done(null, handle)
    })
  }

  /** Hand bytes to the kernel, and with `sync` to the disk. On an error nothing counts as written. */
  write(bytes: Uint8Array, sync: boolean, done: (error: Error | null) => void): void {
    if (sync || !this.#pace.isQuick(bytes.length)) this.#writeOffThread(bytes, sync, done)
    else done(this.#writeAtOnce(bytes))
  }

  #writeAtOnce(bytes: Uint8Array): Error | null {
    try {
      this.#pace.timed(() => this.writeSync(bytes))
      return null
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #writeOffThread(bytes: Uint8Array, sync: boolean, done: (error: Error | null) => void): void {
    const start = this.#position
    const from = (offset: number) => {
      write(this.#fd, bytes, offset, bytes.length - offset, start + offset, (error, count) => {
        if (error) return done(error)
        if (offset + count < bytes.length) return from(offset + count)
        if (!sync) return finish()
        fdatasync(this.#fd, (failed) => (failed ? done(failed) : finish()))
      })
    }
    const finish = () => {
      this.#position = start + bytes.length
      done(null)
    }
    from(0)
  }

  /** Hand bytes to the kernel at once. Throws the system's error, and then nothing counts as written. */
  writeSync(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; )
      offset += writeSync(this.#fd, bytes, offset, bytes.length - offset, this.#position + offset)
    this.#position += bytes.length
  }

  /** To the disk, then closed. */
  close(done: () => void): void {
    fsync(this.#fd, () => {
      closeSync(this.#fd)
      done()
    })
  }
}

/** A new file is only there after a loss of power when its folder was written too. */
function syncFolder(folder: string, done: () => void): void {
  open(folder, 'r', (error, fd) => {
    if (error) return done()
    fsync(fd, () => {
      closeSync(fd)
      done()
    })
  })
}
