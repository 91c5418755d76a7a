import { access, constants, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { UnavailableError } from '@atoll/errors'
import { type Account, canReach, chooseAccount, ownerOf } from './account.ts'
import { exists } from './exists.ts'
import { makePlace, recordedPlace } from './place.ts'

/** Where one cluster lives, and who runs it. */
export interface Home {
  readonly account: Account | undefined
  /** Holds the cluster, its log and, where needed, the copied binaries. */
  readonly base: string
  readonly data: string
  readonly password: string
  readonly log: string
}

/** The home of the cluster that belongs to this folder, chosen anew when there is none. */
export async function homeFor(directory: string): Promise<Home> {
  await mkdir(directory, { recursive: true })
  const asked = await realpath(directory)
  const existing = await existingHome(asked)
  if (existing) return existing
  const account = await chooseAccount()
  const base = (await canReach(account, asked)) ? asked : await makePlace(asked)
  await access(base, constants.W_OK)
  return at(base, account)
}

/** The home of the cluster that was made for this folder earlier. */
export async function existingHome(asked: string): Promise<Home | undefined> {
  if (!(await exists(asked))) return undefined
  const directory = await realpath(asked)
  const here = join(directory, 'cluster')
  if (await exists(here)) {
    const account = await ownerOf(here)
    if (await canReach(account, here)) return at(directory, account)
    throw new UnavailableError(
      `PostgreSQL runs as user "${account?.name}", who may no longer enter ${directory}: allow it, or remove that folder to begin again without data.`,
    )
  }
  const place = await recordedPlace(directory)
  if (place === undefined || !(await exists(join(place, 'cluster')))) return undefined
  return at(place, await ownerOf(join(place, 'cluster')))
}

function at(base: string, account: Account | undefined): Home {
  const cluster = join(base, 'cluster')
  return {
    account,
    base,
    data: join(cluster, 'data'),
    password: join(cluster, 'password'),
    log: join(base, 'postgres.log'),
  }
}
