import { z } from 'zod'

/** Text of a caller: PostgreSQL cannot store NUL, and no other control character means anything here. */
export const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')

export const Day = z.iso
  .date()
  .refine((day) => day >= '1900-01-01' && day <= '2999-12-31', 'must be from 1900-01-01 to 2999-12-31')

export const Grain = z.enum(['day', 'week', 'month', 'quarter', 'year'])
export type Grain = z.output<typeof Grain>

/** Inputs of every tool that looks at some days only. */
export const Range = {
  from: Day.optional().describe('Ordered on this day or later, such as 1997-01-01; left out: from the first'),
  to: Day.optional().describe('Ordered on this day or earlier, such as 1997-12-31; left out: to the last'),
}

/** An amount or other number, as exact as JSON readers keep it; text where a number would not be. */
export const Figure = z
  .union([z.number(), z.string()])
  .nullable()
  .describe('Exact; text where a JSON number would not be. Null where there is nothing to divide by')
export type Figure = z.output<typeof Figure>

export const Cell = z.union([z.string(), z.number(), z.null()])
export type Row = Record<string, z.output<typeof Cell>>

export const Column = z.strictObject({
  name: z.string().describe('Key in each row'),
  title: z.string(),
  role: z.enum(['period', 'dimension', 'name', 'measure']).describe('For charts: periods and names are axes'),
  type: z.enum(['date', 'text', 'integer', 'decimal']),
  format: z.enum(['money', 'count', 'decimal', 'percent']).optional().describe('Of a measure'),
  unit: z
    .string()
    .optional()
    .describe('Of a measure: what is counted, %, or "currency": the code in the row’s column currency'),
})
export type Column = z.output<typeof Column>

export const TableResult = {
  columns: z.array(Column).describe('What the keys of each row are'),
  rows: z.array(z.record(z.string(), Cell)),
  truncated: z.boolean().describe('True when there are more rows than limit'),
}
