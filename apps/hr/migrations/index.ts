import type { Migrations } from '@atoll/database'
import { tables } from './0001-tables.ts'
import { searchTerms } from './0002-search-terms.ts'
import { views } from './0003-views.ts'
import { staffMoves } from './0004-staff-moves.ts'
import { timesheetSums } from './0005-timesheet-sums.ts'
import { staffDays } from './0006-staff-days.ts'
import { projectCounts } from './0007-project-counts.ts'
import { termsInOrder } from './0008-terms-in-order.ts'
import { countReports } from './0009-count-reports.ts'

/** The schema of HR, in the order it is applied. */
export const migrations: Migrations = {
  '0001_tables': tables,
  '0002_search_terms': searchTerms,
  '0003_views': views,
  '0004_staff_moves': staffMoves,
  '0005_timesheet_sums': timesheetSums,
  '0006_staff_days': staffDays,
  '0007_project_counts': projectCounts,
  '0008_terms_in_order': termsInOrder,
  '0009_count_reports': countReports,
}
