import { type RawBuilder, sql } from 'kysely'
import { type ExactRow, keysOf, list, names, ordering, summed } from './build.ts'
import type { DateRange, Question } from './question.ts'
import type { Source } from './sources.ts'

/** One metric of the same rows in two ranges of days. */
export interface Comparison {
  question: Question
  /** What its range is compared with. */
  before: DateRange
}

/** Both ranges' figures side by side, each over its own source, and what changed: exact, before any rounding. */
export function buildComparison(
  tenant: string,
  { question, before }: Comparison,
  sources: { now: Source; before: Source },
): RawBuilder<ExactRow> {
  const keys = keysOf(question)
  const [metric] = question.metrics
  if (!metric) throw new TypeError('A comparison needs a metric')
  const name = sql.ref(metric.name)
  // Grouped instead of joined: rows without a value, which are null, belong together too.
  const side = (figures: RawBuilder<unknown>) => (metric.isRatio ? figures : sql`coalesce(${figures}, 0)`)
  const columns = keys.map((key) => sql.ref(key))
  const both = sql`
    select ${list([...columns, sql`${side(sql`max(current)`)} as current`, sql`${side(sql`max(previous)`)} as previous`])}
    from (
      select ${list([...columns, sql`${name} as current`, sql`null::numeric as previous`])}
      from (${summed(tenant, question, sources.now)}) now
      union all
      select ${list([...columns, sql`null`, name])}
      from (${summed(tenant, { ...question, range: before }, sources.before)}) before
    ) sides
    ${keys.length > 0 ? sql`group by ${list(columns)}` : sql``}`
  const page = sql`
    select *, current - previous as change, 100 * (current - previous) / nullif(abs(previous), 0) as change_percent,
      abs(current - previous) as size
    from (${both}) both_sides order by ${ordering(question.order, keys)} limit ${question.limit + 1}`
  return sql<ExactRow>`select ${list([sql`page.*`, ...names(tenant, question)])} from (${page}) page`
}
