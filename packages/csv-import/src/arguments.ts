import { parseArgs } from 'node:util'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'

/** The tenant that an import fills, as the command line names it. */
export const ImportTenant = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')

const USAGE = 'Usage: import --tenant TENANT --dir DIRECTORY'

/** `--tenant TENANT --dir DIRECTORY`. Throws InvalidError, saying what they have to be. */
export function importArguments(args: readonly string[]): { tenant: string; directory: string } {
  let values: { tenant?: string; dir?: string }
  try {
    values = parseArgs({
      args: [...args],
      options: { tenant: { type: 'string' }, dir: { type: 'string' } },
    }).values
  } catch (cause) {
    throw new InvalidError(USAGE, { cause })
  }
  const { tenant, dir } = values
  if (tenant === undefined || dir === undefined) throw new InvalidError(USAGE)
  const parsed = ImportTenant.safeParse(tenant)
  if (parsed.success) return { tenant: parsed.data, directory: dir }
  throw new InvalidError(`--tenant ${parsed.error.issues[0]?.message}.`, { cause: parsed.error })
}
