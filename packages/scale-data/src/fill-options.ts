import { parseArgs } from 'node:util'
import { ImportTenant } from '@atoll/csv-import'
import { InvalidError } from '@atoll/errors'

export interface FillOptions {
  tenant: string
  /** How many of what is counted. */
  count: number
  /** Other seeds give other data. */
  seed: number
  /** Remove what the tenant has before. */
  replace: boolean
}

/** What the data of a tenant that was not named belongs to. */
const TENANT = 'scale'
const LARGEST_SEED = 1_000_000_000

/**
 * `--<what> COUNT [--tenant TENANT] [--seed NUMBER] [--replace]`. Throws InvalidError, saying what they have to be.
 */
export function fillOptions(args: readonly string[], what: string, most: number): FillOptions {
  const usage = `Usage: seed --${what} COUNT [--tenant TENANT] [--seed NUMBER] [--replace]`
  const { tenant = TENANT, seed = '1', replace = false, ...rest } = parse(args, what, usage)
  const count = rest[what]
  if (typeof count !== 'string') throw new InvalidError(usage)
  const parsed = ImportTenant.safeParse(tenant)
  if (!parsed.success) throw new InvalidError(`--tenant ${parsed.error.issues[0]?.message}.`)
  return {
    tenant: parsed.data,
    count: wholeNumber(what, count, 1, most),
    seed: wholeNumber('seed', String(seed), 0, LARGEST_SEED),
    replace: replace === true,
  }
}

function parse(args: readonly string[], what: string, usage: string): Record<string, string | boolean> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        [what]: { type: 'string' },
        tenant: { type: 'string' },
        seed: { type: 'string' },
        replace: { type: 'boolean' },
      },
    })
    return values as Record<string, string | boolean>
  } catch (cause) {
    throw new InvalidError(usage, { cause })
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new InvalidError(`--${name} must be a whole number from ${least} to ${most}.`)
}
