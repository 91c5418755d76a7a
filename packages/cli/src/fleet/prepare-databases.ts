import { join } from 'node:path'
import type { DomainAccess } from '@atoll/database/embedded'
import { LogFile } from '../process/log-file.ts'
import { readLogLine } from '../process/log-line.ts'
import { printableLine } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type DatabasePreparation, type PreparedDatabase, prepareDatabase } from './prepare-database.ts'

/** Prepare all databases at the same time, as one step; what the commands print goes to the apps' logs. */
export async function prepareDatabases(
  preparations: readonly DatabasePreparation[],
  terminal: Terminal,
): Promise<Map<string, DomainAccess>> {
  if (preparations.length === 0) return new Map()
  const names = preparations.map(({ app }) => app.name)
  return terminal.step(`Preparing the databases of ${names.join(', ')}`, async (step) => {
    const failed = new AbortController()
    const results = await Promise.allSettled(
      preparations.map(async (preparation): Promise<PreparedDatabase> => {
        const { app, home, signal } = preparation
        await using log = new LogFile(join(home, 'logs', `${app.name}.log`), () => {})
        const onLine = (line: string) => {
          log.write(line)
          step.note(`${app.name} ${printableLine(readLogLine(line).text)}`)
        }
        try {
          return await prepareDatabase({
            ...preparation,
            signal: AbortSignal.any([signal, failed.signal]),
            onLine,
          })
        } catch (error) {
          failed.abort(error)
          throw error
        }
      }),
    )
    // The first to fail stops the others and is the reason of the abort.
    if (failed.signal.aborted) throw failed.signal.reason
    const prepared = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
    const changed = names.filter((_, index) => prepared[index]?.changed)
    step.done(
      changed.length === 0
        ? `The databases of ${names.join(', ')} are up to date`
        : `Migrated and seeded the databases of ${changed.join(', ')}`,
    )
    return new Map(prepared.map((access, index) => [names[index] ?? '', access]))
  })
}
