import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InvalidError } from '@atoll/errors'
import type { Context } from '../context.ts'
import { runAttached } from '../process/run-attached.ts'
import { withDomain } from './domain-command.ts'

export interface ImportOptions {
  readonly tenant: string
  readonly dir: string
}

/** Run an app's own `import` with the owner's role; resolves with its exit code. */
export async function importInto(
  context: Context,
  name: string,
  { tenant, dir }: ImportOptions,
  more: readonly string[],
): Promise<number> {
  const folder = resolve(context.settings.cwd, dir)
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory()) throw new InvalidError(`${folder} is not a folder.`)
  return withDomain(context, { name, purpose: 'import' }, (app, foundation) =>
    runAttached([app.main, 'import', '--tenant', tenant, '--dir', folder, ...more], {
      cwd: app.directory,
      env: foundation.commandEnvironment(app),
    }),
  )
}
