import type { ReportType } from './model.ts'
import { budgetSummary } from './types/budget-summary.ts'
import type { ReportDefinition } from './types/define-type.ts'
import { headcount } from './types/headcount.ts'
import { projectStatus } from './types/project-status.ts'
import { quarterlyBusinessReview } from './types/quarterly-business-review.ts'
import { salesPerformance } from './types/sales-performance.ts'

/** Every kind of report there is. */
export const REPORT_TYPES: Readonly<Record<ReportType, ReportDefinition>> = {
  headcount,
  project_status: projectStatus,
  budget_summary: budgetSummary,
  sales_performance: salesPerformance,
  quarterly_business_review: quarterlyBusinessReview,
}
