import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problems } from '@atoll/csv-import'
import { withOwner } from '@atoll/database'
import { InvalidError } from '@atoll/errors'
import { sql, type Transaction } from 'kysely'
import { analyze } from '../store/analyze.ts'
import type { Tables } from '../store/tables.ts'
import { checkRoster } from './check-roster.ts'
import { readRoster } from './read-roster.ts'
import { FILES, type Kind } from './roster.ts'
import { IMPORTS } from './sources.ts'
import type { Changes } from './upsert.ts'

export interface ImportOptions {
  ownerUrl: string
  tenant: string
  directory: string
  signal: AbortSignal
  /** Told how many bytes of all files there are. */
  onStart(bytes: number): void
  /** Told how many of them have been read. */
  onBytes(read: number, file: string): void
  /** Something the person should know, such as a column that is not used. */
  onNotice(text: string): void
}

export type Imported = { file: string; changes: Changes }[]

/**
 * Load departments.csv and employees.csv of a folder (or the one that is there) into a tenant, in one transaction.
 * What is on record and not in the files stays. Throws InvalidError with every bad row.
 */
export async function runImport(options: ImportOptions): Promise<Imported> {
  const { ownerUrl, tenant, directory, signal, onStart, onBytes, onNotice } = options
  const files = await present(directory)
  onStart(files.reduce((sum, { bytes }) => sum + bytes, 0))
  return await withOwner<Tables, Imported>(
    ownerUrl,
    async (trx) => {
      await lock(trx, tenant)
      const problems = new Problems()
      const roster = await readRoster(trx, problems)
      const imported: Imported = []
      let before = 0
      for (const { kind, path, bytes } of files) {
        const file = FILES[kind]
        const already = before
        const changes = await IMPORTS[kind]({
          trx,
          tenant,
          path,
          roster,
          problems,
          signal,
          onNotice,
          onBytes: (read) => onBytes(already + read, file),
        })
        imported.push({ file, changes })
        before += bytes
      }
      checkRoster(roster, problems)
      problems.assertNone()
      if (imported.some(({ changes }) => changes.added + changes.changed > 0))
        await analyze(trx, 'departments', 'employees', 'employee_terms')
      return imported
    },
    { tenant, signal, applicationName: 'hr-import' },
  )
}

/** Two imports into one tenant would check against what the other is changing. */
async function lock(trx: Transaction<Tables>, tenant: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('hr.fill'), hashtext(${tenant}))`.execute(trx)
}

async function present(directory: string): Promise<{ kind: Kind; path: string; bytes: number }[]> {
  const kinds: Kind[] = ['department', 'employee']
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const path = join(directory, FILES[kind])
      const stats = await stat(path).catch(() => undefined)
      return stats?.isFile() ? [{ kind, path, bytes: stats.size }] : []
    }),
  )
  const files = found.flat()
  if (files.length > 0) return files
  throw new InvalidError(`There is no departments.csv and no employees.csv in ${directory}. Check --dir.`)
}
