import type { DomainAccess } from '@atoll/database/embedded'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/discover-apps.ts'
import type { RunRecord } from '../process/run-records.ts'
import type { Settings } from '../settings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type DevelopmentIdentity, openIdentity } from './identity.ts'
import { type PostgresUse, usePostgres } from './postgres.ts'
import { type DatabasePreparation, prepareDatabase } from './prepare-database.ts'
import { prepareDatabases } from './prepare-databases.ts'
import { loadSecrets } from './secrets.ts'
import { commandEnvironment, decidedEnvironment, inheritedEnvironment } from './server-environment.ts'

/** What the servers stand on: PostgreSQL with each domain's database, keys and secrets. */
export interface Foundation {
  readonly identity: DevelopmentIdentity
  /** Undefined when no app owns a database. */
  readonly postgres: PostgresUse | undefined
  /** What the fleet decides of a server's environment. */
  decidedEnvironment(app: App): Record<string, string>
  serverEnvironment(app: App): Record<string, string>
  /** With the owner's role, for the app's own commands. */
  commandEnvironment(app: App): Record<string, string>
  /** Migrate and seed again when the app has changed; resolves with whether it had. */
  prepareAgain(app: App, onLine: (line: string) => void): Promise<boolean>
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
  const { settings, apps, prepare, terminal, signal } = options
  const names = apps.all.map(({ name }) => name)
  const [identity, secrets] = await Promise.all([
    openIdentity(settings, apps),
    loadSecrets(settings.home, names),
  ])
  const inherited = inheritedEnvironment(settings.env)
  const access = new Map<string, DomainAccess>()
  const partsOf = (app: App) => ({
    settings,
    apps,
    identity,
    stateSecret: secrets.state,
    clientSecrets: secrets.clients,
    access: access.get(app.name),
  })
  const owners = prepare.filter((app) => app.database)
  const postgres = owners.length === 0 ? undefined : await startPostgres(options, cleanup)
  signal.throwIfAborted()
  const preparationOf = (app: App): DatabasePreparation => ({
    app,
    home: settings.home,
    adminUrl: postgres?.adminUrl ?? '',
    passwords: secrets.databases[app.name] ?? { owner: '', app: '' },
    environment: (found) => {
      access.set(app.name, found)
      return { ...inherited, ...commandEnvironment(app, partsOf(app)) }
    },
    signal,
  })
  for (const [name, found] of await prepareDatabases(owners.map(preparationOf), terminal))
    access.set(name, found)
  return {
    identity,
    postgres,
    decidedEnvironment: (app) => decidedEnvironment(app, partsOf(app)),
    serverEnvironment: (app) => ({ ...inherited, ...decidedEnvironment(app, partsOf(app)) }),
    commandEnvironment: (app) => ({ ...inherited, ...commandEnvironment(app, partsOf(app)) }),
    prepareAgain: async (app, onLine) => (await prepareDatabase({ ...preparationOf(app), onLine })).changed,
  }
}

function startPostgres(
  { settings, user, terminal }: FoundationOptions,
  cleanup: AsyncDisposableStack,
): Promise<PostgresUse> {
  return terminal.step('Starting PostgreSQL', async (step) => {
    const started = await usePostgres(settings, user, step.note)
    cleanup.defer(async () => {
      const others = await started.release()
      if (others.length > 0) {
        terminal.print(`PostgreSQL stays up for ${others.join(', ')}; the last of them stops it.`)
      }
    })
    step.done(`PostgreSQL is running on port ${started.port}`)
    return started
  })
}
