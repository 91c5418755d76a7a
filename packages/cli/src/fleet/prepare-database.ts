import { type DomainAccess, provisionDomain } from '@atoll/database/embedded'
import { ConflictError } from '@atoll/errors'
import type { App } from '../apps/app.ts'
import { waitForLock } from '../process/lock.ts'
import { readLogLine } from '../process/log-line.ts'
import { runCommand } from '../process/run-command.ts'
import type { Settings } from '../settings.ts'
import { fingerprintOf, readStamp, writeStamp } from './prepared-stamp.ts'
import type { Passwords } from './secrets.ts'

export interface Preparation {
  readonly app: App
  readonly settings: Settings
  readonly adminUrl: string
  readonly passwords: Passwords
  /** The environment of the app's commands, once its database is known. */
  readonly environment: (access: DomainAccess) => Record<string, string>
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
  readonly note: (text: string) => void
}

/**
 * Make sure that an app's database exists and is migrated and seeded. Does nothing more when neither the app nor the
 * data has changed. Throws ConflictError with the command's last words when one fails.
 */
export async function prepareDatabase(options: Preparation): Promise<DomainAccess & { changed: boolean }> {
  const { app, settings, adminUrl, passwords, signal } = options
  await using _lock = await waitForLock(settings.home, `prepare ${app.name}`, signal)
  const [access, fingerprint] = await Promise.all([
    provisionDomain(adminUrl, { domain: app.name, passwords }),
    fingerprintOf(app),
  ])
  if ((await readStamp(access.ownerUrl)) === fingerprint) return { ...access, changed: false }
  for (const command of ['migrate', 'seed']) await runAppCommand(command, options, access)
  await writeStamp(access.ownerUrl, fingerprint)
  return { ...access, changed: true }
}

async function runAppCommand(command: string, options: Preparation, access: DomainAccess): Promise<void> {
  const { app, environment, signal, onLine, note } = options
  note(`${app.name} ${command}`)
  onLine(`--- ${command}`)
  const { code, lines } = await runCommand([app.main, command], {
    cwd: app.directory,
    env: environment(access),
    signal,
    onLine: (line) => {
      onLine(line)
      note(`${app.name} ${readLogLine(line).text}`)
    },
  })
  signal.throwIfAborted()
  if (code === 0) return
  const last = lines
    .filter((line) => line.trim() !== '')
    .slice(-8)
    .map((line) => `\n    ${readLogLine(line).text}`)
  throw new ConflictError(
    `"${command}" of ${app.name} failed (${typeof code === 'number' ? `exit code ${code}` : code}); its last words:${last.join('')}`,
  )
}
