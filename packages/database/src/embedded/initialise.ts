import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, runAs } from './account.ts'
import type { Binaries } from './binaries.ts'
import { exists } from './exists.ts'
import type { Home } from './home.ts'
import { isAlive } from './postmaster.ts'

/**
 * Make the cluster if there is none: UTF-8, ICU `en` order, passwords only. It appears whole by one rename, so an
 * interrupted or a concurrent start never leaves half a cluster behind.
 */
export async function initialise(
  home: Home,
  binaries: Binaries,
  { durable, onProgress }: { durable: boolean; onProgress: (text: string) => void },
): Promise<void> {
  const cluster = dirname(home.data)
  if (await exists(home.data)) return
  await removeAbandoned(home.base)
  onProgress('Creating the PostgreSQL cluster')
  const temporary = join(home.base, `cluster.new-${process.pid}-${randomBytes(3).toString('hex')}`)
  const password = join(temporary, 'password')
  try {
    await mkdir(temporary, { mode: 0o700 })
    await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
    if (home.account) {
      await chown(temporary, home.account.uid, home.account.gid)
      await chown(password, home.account.uid, home.account.gid)
    }
    await initdb(binaries, join(temporary, 'data'), password, home.account, durable)
    await rename(temporary, cluster)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    if (!(await exists(home.data))) throw error
  }
}

async function initdb(
  binaries: Binaries,
  data: string,
  password: string,
  account: Account | undefined,
  durable: boolean,
): Promise<void> {
  const run = (locale: string) =>
    promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${password}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        `--locale=${locale}`,
        '--lc-messages=C',
        '--locale-provider=icu',
        '--icu-locale=en',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...runAs(account) },
    )
  // Not every system has C.UTF-8; ICU orders text either way.
  await run('C.UTF-8').catch((error: { stderr?: string }) => {
    if (!error.stderr?.includes('invalid locale')) throw error
    return run('C')
  })
}

/** What starts that were killed left behind; an initdb of theirs may still be writing, then the next start does it. */
async function removeAbandoned(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const pid = /\.new-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    await rm(join(base, name), { recursive: true, force: true }).catch(() => {})
  }
}
