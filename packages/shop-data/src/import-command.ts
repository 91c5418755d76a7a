import { importArguments, progress } from '@atoll/csv-import'
import { type Command, ownerCommand } from '@atoll/database'
import { csvSources, sizesOf } from './files/csv-sources.ts'
import { FILES } from './files/files.ts'
import type { Kind } from './files/staging.ts'
import type { Changes } from './files/upsert.ts'
import type { LoadShop } from './load-shop.ts'

/** `import`: customers, products and orders of a shop from CSV files, all rows or none. */
export const shopImportCommand = (load: LoadShop): Command =>
  ownerCommand(
    `Load ${FILES.join(', ')}: --tenant TENANT --dir DIRECTORY`,
    async ({ args, ownerUrl, stdout, stderr, signal }) => {
      const { tenant, directory } = importArguments(args)
      const sizes = await sizesOf(directory)
      const total = FILES.reduce((sum, file) => sum + sizes[file], 0)
      const shown = progress(stderr, total)
      const csv = csvSources({
        directory,
        signal,
        onNotice: (text) => void stderr.write(`${text}\n`),
        onBytes(file, read) {
          const before = FILES.slice(0, FILES.indexOf(file)).reduce((sum, each) => sum + sizes[each], 0)
          shown.update(before + read, before + read < total ? file : 'checking and writing')
        },
      })
      const changes = await load({ ownerUrl, tenant, signal, ...csv }).finally(() => shown.stop())
      report(changes, tenant, stdout)
    },
  )

function report(
  changes: Readonly<Record<Kind, Changes>>,
  tenant: string,
  stdout: NodeJS.WritableStream,
): void {
  for (const [kind, { added, changed, unchanged, removed }] of Object.entries(changes)) {
    const rows = added + changed + unchanged
    const gone = removed > 0 ? `, ${removed} removed` : ''
    stdout.write(
      `${kind}.csv: ${rows} rows, ${added} added, ${changed} changed, ${unchanged} as before${gone}\n`,
    )
  }
  const touched = Object.values(changes).some(({ added, changed, removed }) => added + changed + removed > 0)
  stdout.write(touched ? `Imported into tenant ${tenant}\n` : `Nothing changed in tenant ${tenant}\n`)
}
