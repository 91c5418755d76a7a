import { importArguments, type Progress, progress } from '@atoll/csv-import'
import { type Command, ownerCommand } from '@atoll/database'
import { type Imported, runImport } from './run-import.ts'

/** `import`: employees and departments of a company from CSV files. */
export const importCommand: Command = ownerCommand(
  'Load departments.csv and employees.csv: --tenant TENANT --dir DIRECTORY',
  async ({ args, ownerUrl, stdout, stderr, signal }) => {
    const { tenant, directory } = importArguments(args)
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
