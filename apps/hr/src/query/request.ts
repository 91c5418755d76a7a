import { z } from 'zod'
import { text } from '../model.ts'

const Column = text(64).describe('Column name')
const Value = z.union([text(200), z.number()])

export const Filter = z.discriminatedUnion('op', [
  z.strictObject({ column: Column, op: z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']), value: Value }),
  z.strictObject({ column: Column, op: z.literal('in'), value: z.array(Value).min(1).max(100) }),
  z.strictObject({
    column: Column,
    op: z.literal('between'),
    value: z.array(Value).length(2).describe('Lowest and highest, both included'),
  }),
  z.strictObject({
    column: Column,
    op: z.literal('contains'),
    value: text(100).describe('Part of the text, in any case'),
  }),
  z.strictObject({
    column: Column,
    op: z.literal('is_null'),
    value: z.boolean().default(true).describe('false asks for rows that have a value'),
  }),
])
export type Filter = z.output<typeof Filter>

export const Group = z.union([
  Column,
  z.strictObject({ column: Column, by: z.enum(['year', 'quarter', 'month', 'week']) }),
])
export type Group = z.output<typeof Group>

export const Aggregate = z.strictObject({
  fn: z.enum(['count', 'count_distinct', 'sum', 'avg', 'min', 'max']),
  column: Column.optional().describe('Left out, count counts rows'),
  as: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be lower-case letters, digits and underscores')
    .optional()
    .describe('Name in the result; by default such as avg_hours or count'),
})
export type Aggregate = z.output<typeof Aggregate>

export const QueryRequest = z.strictObject({
  table: text(64).describe('employees, departments, projects or timesheets'),
  columns: z.array(Column).min(1).max(30).optional().describe('For plain rows; all when left out'),
  filters: z.array(Filter).max(20).default([]).describe('All must hold'),
  group_by: z
    .array(Group)
    .max(5)
    .default([])
    .describe('Columns, or a date column by year, quarter, month or week (named such as hired_on_month)'),
  aggregates: z.array(Aggregate).max(10).default([]).describe('Computed per group, or over everything'),
  sort: z
    .array(z.strictObject({ column: Column, direction: z.enum(['asc', 'desc']).default('asc') }))
    .max(5)
    .default([])
    .describe('Columns, or names of groups and aggregates in the result'),
  limit: z.int().min(1).max(500).default(100).describe('Rows at most'),
})
export type QueryRequest = z.output<typeof QueryRequest>
