import { reports } from './0001-reports.ts'

/** In order; a migration that has shipped never changes. */
export const migrations = { '0001_reports': reports }
