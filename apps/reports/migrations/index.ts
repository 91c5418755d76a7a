import { reports } from './0001-reports.ts'
import { oldReports } from './0002-old-reports.ts'

/** In order; a migration that has shipped never changes. */
export const migrations = { '0001_reports': reports, '0002_old_reports': oldReports }
