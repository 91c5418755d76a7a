import { constants, type FileHandle, open, readlink } from 'node:fs/promises'
import { InvalidError } from '@atoll/errors'
import { isInside } from './is-inside.ts'
import { reasonOf } from './reasons.ts'

export interface Checked {
  root: string
  dev: bigint
  ino: bigint
  /** Bytes. */
  largest: number
  signal: AbortSignal
}

/** Neither a link put there meanwhile is followed, nor a pipe waited for. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Read the very file that was checked: what is opened is compared with it, not looked up again by its name. */
export async function readChecked(path: string, checked: Checked): Promise<Uint8Array> {
  checked.signal.throwIfAborted()
  const file = await open(path, FLAGS).catch((cause) => {
    if (cause.code === 'ELOOP') throw changed(cause)
    throw new InvalidError(reasonOf(cause), { cause })
  })
  try {
    const stats = await file.stat({ bigint: true })
    if (!stats.isFile() || stats.dev !== checked.dev || stats.ino !== checked.ino) throw changed()
    if (!(await isStillInside(file, checked.root))) throw changed()
    return await readAll(file, Number(stats.size), checked)
  } finally {
    await file.close()
  }
}

/** Linux says where an open file lies, whatever was renamed on the way to it; elsewhere its identity must do. */
async function isStillInside(file: FileHandle, root: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const path = await readlink(`/proc/self/fd/${file.fd}`).catch(() => undefined)
  return path === undefined || isInside(root, path)
}

async function readAll(file: FileHandle, size: number, { largest, signal }: Checked): Promise<Uint8Array> {
  if (size > largest) throw new InvalidError(`It is larger than ${largest / 1e6} MB.`)
  const bytes = new Uint8Array(size)
  let length = 0
  while (length < size) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(bytes, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

const changed = (cause?: unknown) =>
  new InvalidError('It was changed while it was read. Try again.', { cause })
