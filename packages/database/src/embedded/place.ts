import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnavailableError } from '@atoll/errors'
import { findPostmaster, stopPostmaster } from './postmaster.ts'

const RECORD = 'location'
const STOP_PATIENCE = 10_000

/** The folder outside that was made for this one earlier; its name is in the file `location`. */
export async function recordedPlace(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, RECORD), 'utf8').catch(() => '')
  const place = text.trim()
  return candidates(directory).includes(place) && (await isOurs(place)) ? place : undefined
}

/**
 * Make a folder that PostgreSQL's user can enter, for root whose own folder it cannot: under /var/lib, else the
 * temporary folder. One that a removed folder of the same name left behind is emptied, as its data went with it.
 */
export async function makePlace(directory: string): Promise<string> {
  const recorded = await recordedPlace(directory)
  if (recorded !== undefined) return recorded
  let failure: unknown
  for (const place of candidates(directory)) {
    try {
      await removeLeftover(place)
      await mkdir(place)
      // Whatever the umask: PostgreSQL's user must get through.
      await chmod(place, 0o755)
      await writeFile(join(directory, RECORD), `${place}\n`)
      return place
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function candidates(directory: string): string[] {
  const name = `atoll-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`
  return ['/var/lib', tmpdir()].map((parent) => join(parent, name))
}

async function removeLeftover(place: string): Promise<void> {
  if (!(await lstat(place).catch(() => undefined))) return
  if (!(await isOurs(place))) {
    throw new UnavailableError(`${place} was made by another user: remove it and start again.`)
  }
  const data = join(place, 'cluster', 'data')
  const running = await findPostmaster(data)
  if (running) await stopPostmaster(data, running.pid, STOP_PATIENCE)
  await rm(place, { recursive: true })
}

/** Anybody may have put something of that name into a temporary folder before us. */
async function isOurs(place: string): Promise<boolean> {
  const found = await lstat(place).catch(() => undefined)
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}
