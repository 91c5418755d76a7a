import { parseArgs } from 'node:util'
import { type Progress, progress } from '@atoll/csv-import'
import { type Command, ownerCommand } from '@atoll/database'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { type Imported, runImport } from './run-import.ts'

const USAGE = 'Usage: import --tenant TENANT --dir DIRECTORY'
const Tenant = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)

/** `import`: employees and departments of a company from CSV files. */
export const importCommand: Command = ownerCommand(
  'Load departments.csv and employees.csv: --tenant TENANT --dir DIRECTORY',
  async ({ args, ownerUrl, stdout, stderr, signal }) => {
    const { tenant, directory } = parse(args)
    let shown: Progress | undefined
    const imported = await runImport({
      ownerUrl,
      tenant,
      directory,
      signal,
      onStart: (bytes) => {
        shown = progress(stderr, bytes)
      },
      onBytes: (read, file) => shown?.update(read, file),
      onNotice: (text) => void stderr.write(`${text}\n`),
    }).finally(() => shown?.stop())
    report(imported, tenant, stdout)
  },
)

function parse(args: readonly string[]): { tenant: string; directory: string } {
  try {
    const options = { tenant: { type: 'string' }, dir: { type: 'string' } } as const
    const { values } = parseArgs({ args: [...args], options })
    if (values.tenant === undefined || values.dir === undefined) throw new InvalidError(USAGE)
    return { tenant: Tenant.parse(values.tenant), directory: values.dir }
  } catch (cause) {
    if (cause instanceof z.ZodError) {
      throw new InvalidError('--tenant must be 1 to 64 letters, digits, dots, hyphens or underscores.', {
        cause,
      })
    }
    throw new InvalidError(USAGE, { cause })
  }
}

function report(imported: Imported, tenant: string, stdout: NodeJS.WritableStream): void {
  for (const { file, changes } of imported) {
    const { rows, added, changed } = changes
    stdout.write(
      `${file}: ${rows} rows, ${added} added, ${changed} changed, ${rows - added - changed} as before\n`,
    )
  }
  const touched = imported.some(({ changes }) => changes.added + changes.changed > 0)
  stdout.write(touched ? `Imported into tenant ${tenant}\n` : `Nothing changed in tenant ${tenant}\n`)
}
