import { type DomainAccess, provisionDomain } from '@atoll/database/embedded'
import type { App } from '../apps/app.ts'
import { FailedError } from '../failed-error.ts'
import { waitForLock } from '../process/lock.ts'
import { readLogLine } from '../process/log-line.ts'
import { runCommand } from '../process/run-command.ts'
import { fingerprintOf, readStamp, writeStamp } from './prepared-stamp.ts'
import type { Passwords } from './secrets.ts'

export interface DatabasePreparation {
  readonly app: App
  readonly home: string
  readonly adminUrl: string
  readonly passwords: Passwords
  /** The environment of the app's commands, once its database is known. */
  readonly environment: (access: DomainAccess) => Record<string, string>
  readonly signal: AbortSignal
}

export type PreparedDatabase = DomainAccess & {
  /** Whether there was anything to do. */
  readonly changed: boolean
}

/**
 * Make sure that an app's database exists and is migrated and seeded. Does nothing more when neither the app nor the
 * data has changed. Throws FailedError with the command's last words when one fails.
 */
export async function prepareDatabase(
  options: DatabasePreparation & { onLine: (line: string) => void },
): Promise<PreparedDatabase> {
  const { app, home, adminUrl, passwords, signal } = options
  await using _lock = await waitForLock(home, `prepare ${app.name}`, signal)
  const [access, fingerprint] = await Promise.all([
    provisionDomain(adminUrl, { domain: app.name, passwords }),
    fingerprintOf(app),
  ])
  const { ownerUrl } = access
  const env = options.environment(access)
  if ((await readStamp(ownerUrl)) === fingerprint) return { ...access, changed: false }
  for (const command of ['migrate', 'seed']) await runAppCommand(command, env, options)
  await writeStamp(ownerUrl, fingerprint)
  return { ...access, changed: true }
}

async function runAppCommand(
  command: string,
  env: Record<string, string>,
  { app, signal, onLine }: DatabasePreparation & { onLine: (line: string) => void },
): Promise<void> {
  onLine(`${command} …`)
  const { code, lines } = await runCommand([app.main, command], { cwd: app.directory, env, signal, onLine })
  signal.throwIfAborted()
  if (code === 0) return
  const last = lines
    .filter((line) => line.trim() !== '')
    .slice(-8)
    .map((line) => `\n    ${readLogLine(line).text}`)
  const how = typeof code === 'number' ? `exit code ${code}` : code
  throw new FailedError(`"${command}" of ${app.name} failed (${how}); its last words:${last.join('')}`)
}
