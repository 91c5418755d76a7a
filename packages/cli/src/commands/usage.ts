import { z } from 'zod'
import { type Context, printJson, terminalOn } from '../context.ts'
import { askGateway, type GatewayOptions } from '../gateway/ask-gateway.ts'
import { csv } from '../terminal/csv.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'

export interface UsageOptions extends GatewayOptions {
  /** Columns to add up by, separated by commas. */
  readonly by: string
  /** Days of UTC, both included: 2026-11-01. The current month unless given. */
  readonly since?: string
  readonly until?: string
  readonly tenant?: string
  readonly csv?: boolean
  readonly json?: boolean
}

const Usage = z.object({
  since: z.string(),
  until: z.string(),
  by: z.array(z.string()),
  price: z.object({ perUnit: z.number(), currency: z.string() }).optional(),
  rows: z.array(
    z
      .object({ calls: z.number(), units: z.number(), failed: z.number(), cost: z.number().optional() })
      .catchall(z.string()),
  ),
})
type Usage = z.output<typeof Usage>

/** Show what calls cost, as a table or as CSV for chargeback. */
export async function usage(context: Context, options: UsageOptions): Promise<void> {
  const { by, since, until, tenant } = options
  const query = new URLSearchParams({
    by,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(tenant !== undefined && { tenant }),
  })
  const answer = await askGateway(context, options, { path: `usage?${query}`, answer: Usage })
  if (options.json) return printJson(context, answer)
  const terminal = terminalOn(context)
  if (options.csv) return terminal.print(asCsv(answer))
  if (answer.rows.length === 0) return terminal.print(`Nothing was called ${spanOf(answer)}.`)
  const numbers = numbersOf(answer)
  const columns = [
    ...answer.by.map((each) => ({ title: each.toUpperCase(), flexible: each === 'tool' })),
    ...numbers.map(({ title }) => ({ title: title.toUpperCase(), align: 'right' as const })),
  ]
  const rows = answer.rows.map((row) => [
    ...answer.by.map((each) => printableLine(String(row[each] ?? '')) || '-'),
    ...numbers.map(({ of, digits }) => format(of(row), digits)),
  ])
  const sums = numbers.map(({ of, digits }) =>
    format(
      answer.rows.reduce((sum, row) => sum + of(row), 0),
      digits,
    ),
  )
  const total = [...answer.by.map((_, index) => (index === 0 ? 'all' : '')), ...sums]
  terminal.print(table(columns, [...rows, total], terminal))
  terminal.print(`Calls ${spanOf(answer)}, in days of UTC.`)
}

type Row = Usage['rows'][number]

function numbersOf({ price }: Usage) {
  const numbers: { title: string; digits: number; of(row: Row): number }[] = [
    { title: 'calls', digits: 0, of: ({ calls }) => calls },
    { title: 'failed', digits: 0, of: ({ failed }) => failed },
    { title: 'units', digits: 0, of: ({ units }) => units },
  ]
  if (price) numbers.push({ title: price.currency, digits: 2, of: ({ cost = 0 }) => cost })
  return numbers
}

function asCsv(answer: Usage): string {
  const numbers = numbersOf(answer)
  const head = [...answer.by, ...numbers.map(({ title }) => title)]
  const rows = answer.rows.map((row) => [
    ...answer.by.map((each) => String(row[each] ?? '')),
    ...numbers.map(({ of }) => of(row)),
  ])
  return csv([head, ...rows])
}

function format(value: number, digits: number): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function spanOf({ since, until }: Usage): string {
  return since === until ? `on ${since}` : `from ${since} to ${until}`
}
