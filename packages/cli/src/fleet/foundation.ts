import { join } from 'node:path'
import type { DomainAccess } from '@atoll/database/embedded'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/discover-apps.ts'
import { LogFile } from '../process/log-file.ts'
import type { RunRecord } from '../process/run-records.ts'
import type { Settings } from '../settings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type DevelopmentIdentity, openIdentity } from './identity.ts'
import { type PostgresUse, usePostgres } from './postgres.ts'
import { prepareDatabase } from './prepare-database.ts'
import { loadSecrets } from './secrets.ts'
import { commandEnvironment, type EnvironmentParts, serverEnvironment } from './server-environment.ts'

/** What the servers stand on: PostgreSQL with each domain's database, keys and secrets. */
export interface Foundation {
  readonly identity: DevelopmentIdentity
  /** Undefined when no app owns a database. */
  readonly postgres: PostgresUse | undefined
  serverEnvironment(app: App): Record<string, string>
  /** With the owner's role, for the app's own commands. */
  commandEnvironment(app: App): Record<string, string>
}

export interface FoundationOptions {
  readonly settings: Settings
  readonly apps: Apps
  /** The apps whose databases are made ready. */
  readonly prepare: readonly App[]
  readonly user: Pick<RunRecord, 'name' | 'kind'>
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Lay the foundation, showing each step. What it started is handed to `cleanup` as soon as it runs. */
export async function layFoundation(
  options: FoundationOptions,
  cleanup: AsyncDisposableStack,
): Promise<Foundation> {
  const { settings, apps, prepare, user, terminal, signal } = options
  const owners = prepare.filter((app) => app.database)
  const [identity, secrets] = await Promise.all([
    openIdentity(settings, apps),
    loadSecrets(
      settings.home,
      apps.all.map(({ name }) => name),
    ),
  ])
  const parts = { settings, apps, identity, stateSecret: secrets.state }
  const postgres =
    owners.length === 0
      ? undefined
      : await terminal.step('Starting PostgreSQL', async (step) => {
          const started = await usePostgres(settings, user, step.note)
          cleanup.defer(async () => reportRelease(terminal, await started.release()))
          step.done(`PostgreSQL is running on port ${started.port}`)
          return started
        })
  signal.throwIfAborted()
  const access =
    postgres === undefined ? new Map<string, DomainAccess>() : await prepareAll(owners, postgres.adminUrl)
  const partsOf = (app: App): EnvironmentParts => ({ ...parts, access: access.get(app.name) })
  return {
    identity,
    postgres,
    serverEnvironment: (app) => serverEnvironment(app, partsOf(app)),
    commandEnvironment: (app) => commandEnvironment(app, partsOf(app)),
  }

  function prepareAll(owners: readonly App[], adminUrl: string): Promise<Map<string, DomainAccess>> {
    const names = owners.map(({ name }) => name).join(', ')
    return terminal.step(`Preparing the databases of ${names}`, async (step) => {
      const failed = new AbortController()
      const prepared = await Promise.all(
        owners.map(async (app) => {
          const log = new LogFile(join(settings.home, 'logs', `${app.name}.log`), () => {})
          try {
            return await prepareDatabase({
              app,
              settings,
              adminUrl,
              passwords: secrets.databases[app.name] ?? { owner: '', app: '' },
              environment: (access) => commandEnvironment(app, { ...parts, access }),
              signal: AbortSignal.any([signal, failed.signal]),
              onLine: (line) => log.write(line),
              note: step.note,
            })
          } catch (error) {
            failed.abort(error)
            throw error
          } finally {
            await log.close()
          }
        }),
      )
      const changed = owners.filter((_, index) => prepared[index]?.changed).map(({ name }) => name)
      step.done(
        changed.length === 0
          ? `The databases of ${names} are up to date`
          : `Migrated and seeded the databases of ${changed.join(', ')}`,
      )
      return new Map(owners.map((app, index) => [app.name, prepared[index] as DomainAccess]))
    })
  }
}

function reportRelease(terminal: Terminal, others: readonly string[]): void {
  if (others.length > 0) {
    terminal.print(`PostgreSQL stays up for ${others.join(', ')}, which stops it at its end.`)
  }
}
