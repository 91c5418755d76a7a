import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { InvalidError } from '@atoll/errors'
import { sql } from 'kysely'
import { type DimensionName, dimension } from '../dimensions/catalogue.ts'
import type { Filter } from '../query/question.ts'
import type { Options, Tables } from './tables.ts'

/** Customers and products by what callers call them. */
export function nameStore(database: Database<Tables>) {
  async function idsOf(
    principal: Principal,
    name: DimensionName,
    table: 'customers' | 'products',
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<string[]> {
    const found = await database.inTenant(
      principal,
      (trx) =>
        trx
          .selectFrom(table)
          .select(['id', 'name'])
          .where('tenant', '=', principal.tenant)
          .where((eb) =>
            eb.or([
              eb('id', 'in', values),
              eb(
                sql<string>`lower(name)`,
                'in',
                values.map((value) => value.toLowerCase()),
              ),
            ]),
          )
          .execute(),
      { signal, readOnly: true },
    )
    const unknown = values.find(
      (value) => !found.some(({ id, name }) => id === value || name.toLowerCase() === value.toLowerCase()),
    )
    if (unknown === undefined) return found.map(({ id }) => id)
    throw new InvalidError(
      `No ${name} has the id or name "${unknown}". Ask query_metric for the dimension ${name} to see them.`,
    )
  }

  return {
    /** Filters by id alone. Throws InvalidError for a value that nothing has as id or name, or that does not fit. */
    async resolve(principal: Principal, filters: readonly Filter[], { signal }: Options): Promise<Filter[]> {
      const resolved: Filter[] = []
      for (const filter of filters) {
        const { names, type, title } = dimension(filter.dimension)
        const values = filter.values.filter((value) => value !== null)
        if (type === 'integer' && values.some((value) => !/^\d{1,9}$/.test(value)))
          throw new InvalidError(`${title}: give whole numbers as text, such as "1".`)
        if (!names || values.length === 0) resolved.push(filter)
        else {
          const ids = await idsOf(principal, filter.dimension, names, values, signal)
          resolved.push({ ...filter, values: [...ids, ...filter.values.filter((value) => value === null)] })
        }
      }
      return resolved
    },
  }
}
