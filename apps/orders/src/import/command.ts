import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Command, ownerCommand } from '@atoll/database'
import { InvalidError } from '@atoll/errors'
import type { Changes } from './apply-staged.ts'
import { csvSources } from './csv-sources.ts'
import { load } from './load.ts'
import { FILES } from './problems.ts'
import { showProgress } from './progress.ts'
import type { Kind } from './staging.ts'

const USAGE = 'Usage: import --tenant TENANT --dir FOLDER'

/** `import --tenant T --dir DIR`: all rows of the four files, or none. */
export const importCommand: Command = ownerCommand(
  'Load customers, products, orders and their lines from CSV files: --tenant T --dir DIR',
  async ({ ownerUrl, args, stdout, signal }) => {
    const { tenant, directory } = options(args)
    const sizes = Object.fromEntries(
      await Promise.all(FILES.map(async (file) => [file, await sizeOf(join(directory, file))] as const)),
    )
    const progress = showProgress(stdout, sizes)
    let changes: Record<Kind, Changes>
    try {
      const csv = await csvSources(directory, progress.read, signal)
      changes = await load({ ownerUrl, tenant, signal, ...csv })
    } finally {
      progress.stop()
    }
    for (const line of report(changes)) stdout.write(`${line}\n`)
  },
)

function options(args: readonly string[]): { tenant: string; directory: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { tenant: { type: 'string' }, dir: { type: 'string' } },
    })
    if (values.tenant && values.dir) return { tenant: values.tenant, directory: values.dir }
  } catch (cause) {
    throw new InvalidError(`${(cause as Error).message}. ${USAGE}`, { cause })
  }
  throw new InvalidError(USAGE)
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

function report(changes: Readonly<Record<Kind, Changes>>): string[] {
  const entries = Object.entries(changes)
  const total = entries.reduce((sum, [, { unchanged }]) => sum + unchanged, 0)
  if (entries.every(([, { added, changed, removed }]) => added + changed + removed === 0)) {
    return [`Nothing changed: all ${total} rows were there already.`]
  }
  return entries.map(([kind, { added, changed, unchanged, removed }]) => {
    const gone = removed > 0 ? `, ${removed} removed` : ''
    return `${kind.replace('_', ' ')}: ${added} new, ${changed} changed, ${unchanged} unchanged${gone}`
  })
}
