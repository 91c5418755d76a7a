import type { Database } from '@atoll/database'
import { cohortStore } from './store/cohorts.ts'
import { coverageStore } from './store/coverage.ts'
import { customerStore } from './store/customers.ts'
import { figureStore } from './store/figures.ts'
import { nameStore } from './store/names.ts'
import type { Tables } from './store/tables.ts'

/** SQL in, model out. Every method takes the principal first: the tenant comes from there alone. */
export function analyticsStore(database: Database<Tables>, { costLimit }: { costLimit: number }) {
  return {
    figures: figureStore(database, costLimit),
    customers: customerStore(database),
    cohorts: cohortStore(database),
    coverage: coverageStore(database),
    names: nameStore(database),
  }
}
