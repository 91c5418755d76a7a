import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { hr } from '../domain.ts'
import { Day, text } from '../model.ts'
import { monthsOf, periodOrYear } from '../period.ts'
import { attritionPercent } from '../rules.ts'
import type { Counts } from '../store/headcount.ts'

const Figures = z.strictObject({
  opening: z.int().describe('Employed on the day before the period'),
  joiners: z.int().describe('Hired in the period'),
  leavers: z.int().describe('Left in the period'),
  headcount: z.int().describe('Employed at the end of the period: opening + joiners - leavers'),
  attrition_percent: z
    .number()
    .nullable()
    .describe('Leavers of the period per 100 people of the mean headcount, not annualised'),
  average_tenure_years: z.number().nullable().describe('Of those employed at the end of the period'),
})

export const headcountSummary = hr.defineTool({
  name: 'headcount_summary',
  title: 'Summarise headcount',
  description:
    'Headcount, joiners, leavers, attrition and tenure over a period, in total and by department, location or ' +
    'month. For the people behind the numbers use search_employees.',
  effect: 'read',
  scopes: ['hr:read'],
  cache: { ttl: '60s', shared: 'tenant', tags: ['employees'] },
  input: z.object({
    by: z
      .enum(['none', 'department', 'location', 'month'])
      .default('department')
      .describe('How to group; none gives the total only'),
    from: Day.optional().describe('First day; left out, twelve months before the last'),
    to: Day.optional().describe('Last day; left out, today'),
    department: text(100).optional().describe('Only this department (id or name)'),
    location: text(100).optional().describe('Only this location'),
  }),
  output: z.strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    on_record: z.int().describe('All employees ever recorded, people who left included'),
    total: Figures,
    groups: z
      .array(
        Figures.extend({
          key: z.string().describe('Department id, location, or month as YYYY-MM'),
          name: z.string(),
        }),
      )
      .describe('Empty when by is none'),
  }),
  async run({ input, deps, principal, signal }) {
    const { by, department, location } = input
    const period = periodOrYear(input.from, input.to, new Date().toISOString().slice(0, 10))
    if (by === 'month' && monthsOf(period) > 120) {
      throw new InvalidError('By month, ask for at most 120 months: move from and to closer together.')
    }
    const { total, groups } = await deps.headcount.summary(
      principal,
      { by, ...period, department, location },
      { signal },
    )
    return {
      ...period,
      on_record: total.on_record,
      total: figures(total),
      groups: groups.map((group) => ({ key: group.key, name: group.name, ...figures(group) })),
    }
  },
})

function figures(counts: Counts): z.input<typeof Figures> {
  const { opening, joiners, leavers, headcount, tenure_years } = counts
  const attrition_percent = attritionPercent(counts)
  return { opening, joiners, leavers, headcount, attrition_percent, average_tenure_years: tenure_years }
}
