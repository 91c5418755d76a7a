import { createHash } from 'node:crypto'
import { access, chmod, constants, mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Account, accountFor, canReach } from './account.ts'

/** Where one cluster lives. */
export interface Home {
  readonly account: Account | undefined
  /** Holds the cluster, its log and, where needed, the copied binaries. */
  readonly base: string
  readonly data: string
  readonly password: string
  readonly log: string
}

/**
 * Choose the place for a cluster: the folder asked for, or, when PostgreSQL's user may not enter it, a folder
 * under /var/lib (else the temporary folder) whose name follows from it. The choice is written to
 * `location` in the folder asked for.
 */
export async function homeFor(dataDirectory: string): Promise<Home> {
  await mkdir(dataDirectory, { recursive: true })
  const asked = await realpath(dataDirectory)
  const elsewhere = `atoll-${createHash('sha256').update(asked).digest('hex').slice(0, 12)}`
  const places = ['/var/lib', tmpdir()].map((parent) => join(parent, elsewhere))
  const account = await accountFor([asked, ...places].map((place) => join(place, 'cluster')))
  const base = (await canReach(account, asked)) ? asked : await firstWritable(places, await recorded(asked))
  await access(base, constants.W_OK)
  if (base !== asked) await writeFile(join(asked, 'location'), `${base}\n`)
  const cluster = join(base, 'cluster')
  return {
    account,
    base,
    data: join(cluster, 'data'),
    password: join(cluster, 'password'),
    log: join(base, 'postgres.log'),
  }
}

function recorded(asked: string): Promise<string | undefined> {
  return readFile(join(asked, 'location'), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}

async function firstWritable(places: readonly string[], before: string | undefined): Promise<string> {
  const ordered = before !== undefined && places.includes(before) ? [before, ...places] : places
  let failure: unknown
  for (const place of ordered) {
    try {
      await mkdir(place, { recursive: true })
      await chmod(place, 0o755)
      return place
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
