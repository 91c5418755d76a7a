import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedPostgres, findEmbeddedPostgres, startEmbeddedPostgres } from '@atoll/database/embedded'
import { ConflictError } from '@atoll/errors'
import { waitForLock } from '../process/lock.ts'
import { portHolder, portState } from '../process/port.ts'
import { describeProcess } from '../process/process-info.ts'
import { liveRuns, type RunRecord, recordRun } from '../process/run-records.ts'
import type { Settings } from '../settings.ts'

const POSTGRES = 'postgres'

/** Where this home's cluster is asked to live; undefined when none was ever made. */
export function postgresDirectory(home: string): string | undefined {
  const directory = join(home, POSTGRES)
  return existsSync(directory) ? directory : undefined
}

/** The home's PostgreSQL, shared by all who use it: it runs as long as one of them does. */
export interface PostgresUse {
  /** Superuser, database `postgres`. */
  readonly adminUrl: string
  readonly port: number
  readonly pid: number
  /** Start it again after it died. */
  revive(): Promise<void>
  /** Leave; the last one stops it. Resolves with the names of those who still use it. */
  release(): Promise<readonly string[]>
}

/**
 * Use the embedded PostgreSQL of this home, starting it when it does not run. Throws an AppError that says what is
 * wrong and what to do.
 */
export async function usePostgres(
  settings: Settings,
  user: Pick<RunRecord, 'name' | 'kind'>,
  onProgress: (text: string) => void = () => {},
): Promise<PostgresUse> {
  const { home } = settings
  await using _lock = await waitForLock(home, 'postgres')
  const forget = await recordRun(home, { ...user, pid: process.pid })
  try {
    let postgres = await start(settings, onProgress)
    return {
      get adminUrl() {
        return postgres.adminUrl
      },
      get port() {
        return postgres.port
      },
      get pid() {
        return postgres.pid
      },
      async revive() {
        await using _lock = await waitForLock(home, 'postgres')
        postgres = await start(settings, onProgress)
      },
      async release() {
        await using _lock = await waitForLock(home, 'postgres')
        await forget()
        const others = (await liveRuns(home)).filter(({ kind }) => kind !== 'server')
        if (others.length === 0) await postgres.stop()
        return others.map(({ name }) => name)
      },
    }
  } catch (error) {
    await forget()
    throw error
  }
}

async function start(settings: Settings, onProgress: (text: string) => void): Promise<EmbeddedPostgres> {
  const dataDirectory = join(settings.home, POSTGRES)
  const port = settings.postgresPort
  const running = await findEmbeddedPostgres(dataDirectory)
  if (running) return running
  if ((await portState(port)) === 'taken') {
    const holder = await portHolder(port)
    const who = holder ? ` by ${describeProcess(holder)}` : ''
    throw new ConflictError(
      `Port ${port}, which the embedded PostgreSQL needs, is taken${who}: stop what listens there, or set ATOLL_POSTGRES_PORT to another port.`,
    )
  }
  return startEmbeddedPostgres({ dataDirectory, port, onProgress })
}
