import { type RawBuilder, sql } from 'kysely'
import { type DimensionName, dimension } from '../dimensions/catalogue.ts'
import type { Source } from './sources.ts'

/** A dimension's value in a source; sums by category have it in a column of their own. */
export function dimensionValue(name: DimensionName, source: Source): RawBuilder<unknown> {
  if (name === 'category' && source.keys.includes('category')) return sql.ref('s.category')
  return sql.ref(dimension(name).value)
}
