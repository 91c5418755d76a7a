import { InvalidError } from '@atoll/errors'
import type { AppAccess } from './app-role.ts'
import { type Migrations, migrate } from './migrate.ts'

/** What a server's bundle runs from the command line; the shape is the kit's `Command`. */
export interface CommandContext {
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WritableStream
  signal: AbortSignal
}

export interface Command {
  summary: string
  run(context: CommandContext): Promise<void>
}

/**
 * `migrate`: brings the schema up to date as `DATABASE_OWNER_URL`, for the role of `DATABASE_URL`, which may then
 * write rows or, with the access `read`, only read them.
 */
export function migrateCommand(migrations: Migrations, { access }: { access?: AppAccess } = {}): Command {
  return ownerCommand('Bring the database schema up to date', async ({ ownerUrl, env, stdout, signal }) => {
    const appRole = decodeURIComponent(new URL(required(env, 'DATABASE_URL')).username)
    const applied = await migrate({ ownerUrl, migrations, appRole, ...(access && { access }), signal })
    for (const name of applied) stdout.write(`Applied ${name}\n`)
    if (applied.length === 0) stdout.write('The schema is up to date\n')
  })
}

/** A job that needs the owner of the schema: seed, import. Throws InvalidError without `DATABASE_OWNER_URL`. */
export function ownerCommand(
  summary: string,
  run: (context: CommandContext & { ownerUrl: string }) => Promise<void>,
): Command {
  return {
    summary,
    async run(context) {
      await run({ ...context, ownerUrl: required(context.env, 'DATABASE_OWNER_URL') })
    },
  }
}

function required(env: CommandContext['env'], name: string): string {
  const value = env[name]
  if (value === undefined || !URL.canParse(value)) {
    throw new InvalidError(`Set ${name} to a URL such as postgres://user:password@host:5432/database.`)
  }
  return value
}
