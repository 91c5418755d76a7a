import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import type { RawBuilder } from 'kysely'
import { figure } from '../figures.ts'
import type { Format } from '../metrics/define-metric.ts'
import type { Row } from '../model.ts'
import { build, type ExactRow } from '../query/build.ts'
import { buildComparison, type Comparison } from '../query/compare.ts'
import { costOf, tooCostly } from '../query/cost.ts'
import { pickSource } from '../query/pick-source.ts'
import type { Question } from '../query/question.ts'
import type { Source } from '../query/sources.ts'
import type { Options, Tables } from './tables.ts'

export interface Answer {
  rows: Row[]
  truncated: boolean
}

/** Answers questions from the smallest source that can. Throws InvalidError for one that would cost too much. */
export function figureStore(database: Database<Tables>, costLimit: number) {
  async function run(
    principal: Principal,
    statement: RawBuilder<ExactRow>,
    { question, source, signal }: { question: Question; source: Source; signal: AbortSignal },
  ): Promise<ExactRow[]> {
    return await database.inTenant(
      principal,
      async (trx) => {
        const cost = await costOf(trx, statement)
        if (cost > costLimit) throw tooCostly(question, source, cost, costLimit)
        return (await statement.execute(trx)).rows
      },
      { signal, readOnly: true },
    )
  }

  return {
    async ask(principal: Principal, question: Question, { signal }: Options): Promise<Answer> {
      const source = sourceOf(question)
      const rows = await run(principal, build(principal.tenant, question, source), {
        question,
        source,
        signal,
      })
      const formats = Object.fromEntries(question.metrics.map(({ name, format }) => [name, format]))
      return pageOf(rows, question, formats)
    },

    /** `current`, `previous`, `change` and `change_percent` of the question's one metric, what changed most first. */
    async compare(principal: Principal, comparison: Comparison, { signal }: Options): Promise<Answer> {
      const { question, before } = comparison
      const source = sourceOf(question)
      const sources = { now: source, before: sourceOf({ ...question, range: before }) }
      const statement = buildComparison(principal.tenant, comparison, sources)
      const rows = await run(principal, statement, { question, source, signal })
      const format = question.metrics[0]?.format ?? 'decimal'
      const formats = {
        current: format,
        previous: format,
        change: format,
        change_percent: 'percent',
      } as const
      const known = rows.map(({ size: _size, ...row }) => row)
      return pageOf(known, question, formats)
    },
  }
}

function sourceOf(question: Question): Source {
  const source = pickSource(question)
  if (!source) throw new TypeError('A question that no source answers got past the catalogue')
  return source
}

function pageOf(
  rows: readonly ExactRow[],
  { limit }: Question,
  formats: Readonly<Record<string, Format>>,
): Answer {
  return {
    rows: rows.slice(0, limit).map((row) => readable(row, formats)),
    truncated: rows.length > limit,
  }
}

function readable(row: ExactRow, formats: Readonly<Record<string, Format>>): Row {
  const currency = typeof row.currency === 'string' ? row.currency : undefined
  const figures = Object.entries(formats).map(([name, format]) => [
    name,
    figure(row[name] ?? null, format, currency),
  ])
  return { ...row, ...Object.fromEntries(figures) }
}
