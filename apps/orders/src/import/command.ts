import { parseArgs } from 'node:util'
import { progress } from '@atoll/csv-import'
import { type Command, ownerCommand } from '@atoll/database'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import type { Changes } from './apply-staged.ts'
import { csvSources, sizesOf } from './csv-sources.ts'
import { FILES } from './files.ts'
import { load } from './load.ts'
import type { Kind } from './staging.ts'

const USAGE = 'Usage: import --tenant TENANT --dir DIRECTORY'
const Tenant = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)

/** `import`: customers, products and orders of a shop from CSV files, all rows or none. */
export const importCommand: Command = ownerCommand(
  `Load ${FILES.join(', ')}: --tenant TENANT --dir DIRECTORY`,
  async ({ args, ownerUrl, stdout, stderr, signal }) => {
    const { tenant, directory } = parse(args)
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
