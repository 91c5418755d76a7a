import type { Migrations } from '@atoll/database'
import { tables } from './0001-tables.ts'
import { isolation } from './0002-isolation.ts'
import { searchTerms } from './0003-search-terms.ts'
import { views } from './0004-views.ts'

/** The schema of HR, in the order it is applied. */
export const migrations: Migrations = {
  '0001_tables': { up: tables },
  '0002_isolation': { up: isolation },
  '0003_search_terms': { up: searchTerms },
  '0004_views': { up: views },
}
