import type { Context } from '../context.ts'
import { runAttached } from '../process/run-attached.ts'
import { withDomain } from './domain-command.ts'

/** Run an app's own `seed` with the owner's role; resolves with its exit code. */
export async function seedInto(context: Context, name: string, howMuch: readonly string[]): Promise<number> {
  return withDomain(context, { name, purpose: 'seed' }, (app, foundation) =>
    runAttached([app.main, 'seed', ...howMuch], {
      cwd: app.directory,
      env: foundation.commandEnvironment(app),
    }),
  )
}
