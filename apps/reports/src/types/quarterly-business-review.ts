import { projectBudgets } from './budget-summary.ts'
import type { ReportDefinition } from './define-type.ts'
import { headcountByMonth, headcountOverview } from './headcount.ts'
import { projectOverview } from './project-status.ts'
import { bestSellers, salesOverTime, salesOverview } from './sales-performance.ts'

export const quarterlyBusinessReview: ReportDefinition = {
  type: 'quarterly_business_review',
  title: 'Quarterly business review',
  description:
    'Sales, people, projects and budgets of a period in one report; best with last_quarter or this_quarter',
  byDepartment: false,
  sections: [
    salesOverview,
    salesOverTime,
    bestSellers,
    headcountOverview,
    headcountByMonth,
    projectOverview,
    projectBudgets,
  ],
}
