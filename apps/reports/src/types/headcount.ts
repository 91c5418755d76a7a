import { type Block, compared, figure } from '../blocks.ts'
import type { Period } from '../model.ts'
import { periodBefore } from '../period.ts'
import { headcount as ask, type Headcount } from '../sources/hr.ts'
import { type ReportDefinition, section } from './define-type.ts'

export const headcountOverview = section({
  id: 'headcount',
  title: 'Headcount',
  needs: ({ period, department }) => ({
    now: ask('none', period, department),
    before: ask('none', periodBefore(period), department),
  }),
  build: ({ now: { total }, before }) => [
    {
      kind: 'figures',
      figures: [
        compared('Headcount at the end', 'count', total.headcount, before.total.headcount),
        compared('Joiners', 'count', total.joiners, before.total.joiners),
        compared('Leavers', 'count', total.leavers, before.total.leavers),
        figure('Attrition', 'percent', total.attrition_percent),
        figure('Average tenure', 'years', total.average_tenure_years),
      ],
    },
  ],
})

/** A month is the finest that HR counts by, and a chart of one point shows nothing. */
export const headcountByMonth = section({
  id: 'headcount_by_month',
  title: 'Headcount over time',
  needs: ({ period, department }) => ({ months: ask('month', atLeastAYear(period), department) }),
  build: ({ months: { groups } }) => [
    {
      kind: 'chart',
      id: 'headcount_by_month',
      title: 'Headcount at the end of each month',
      shape: 'line',
      categories: groups.map(({ key }) => key),
      category_label: 'Month',
      value_label: 'People',
      unit: 'count',
      currency: null,
      series: [{ name: 'Headcount', values: groups.map((group) => group.headcount) }],
    },
    {
      kind: 'chart',
      id: 'movements_by_month',
      title: 'Joiners and leavers',
      shape: 'column',
      categories: groups.map(({ key }) => key),
      category_label: 'Month',
      value_label: 'People',
      unit: 'count',
      currency: null,
      series: [
        { name: 'Joiners', values: groups.map(({ joiners }) => joiners) },
        { name: 'Leavers', values: groups.map(({ leavers }) => leavers) },
      ],
    },
  ],
})

const byDepartment = section({
  id: 'headcount_by_department',
  title: 'By department',
  needs: ({ period, department }) => ({ groups: ask('department', period, department) }),
  build: ({ groups }) => grouped('department', 'Department', groups),
})

const byLocation = section({
  id: 'headcount_by_location',
  title: 'By location',
  needs: ({ period, department }) => ({ groups: ask('location', period, department) }),
  build: ({ groups }) => grouped('location', 'Location', groups),
})

export const headcount: ReportDefinition = {
  type: 'headcount',
  title: 'Headcount',
  description: 'People employed, joiners, leavers, attrition and tenure; by month, department and location',
  byDepartment: true,
  sections: [headcountOverview, headcountByMonth, byDepartment, byLocation],
}

function grouped(id: string, label: string, { groups }: Headcount): Block[] {
  const sorted = groups.toSorted((a, b) => b.headcount - a.headcount || a.name.localeCompare(b.name))
  return [
    {
      kind: 'chart',
      id: `headcount_by_${id}`,
      title: `Headcount by ${id}`,
      shape: 'bar',
      categories: sorted.map(({ name }) => name),
      category_label: label,
      value_label: 'People',
      unit: 'count',
      currency: null,
      series: [{ name: 'Headcount', values: sorted.map(({ headcount }) => headcount) }],
    },
    {
      kind: 'table',
      id: `headcount_by_${id}`,
      title: `Headcount by ${id}`,
      columns: [
        { label, unit: 'text' },
        { label: 'Opening', unit: 'count' },
        { label: 'Joiners', unit: 'count' },
        { label: 'Leavers', unit: 'count' },
        { label: 'Headcount', unit: 'count' },
        { label: 'Attrition', unit: 'percent' },
        { label: 'Tenure', unit: 'years' },
      ],
      rows: sorted.map((group) => [
        group.name,
        group.opening,
        group.joiners,
        group.leavers,
        group.headcount,
        group.attrition_percent,
        group.average_tenure_years,
      ]),
    },
  ]
}

function atLeastAYear({ from, to }: Period): Period {
  const year = `${Number(to.slice(0, 4)) - 1}${to.slice(4, 7)}-01`
  return { from: from < year ? from : year, to }
}
