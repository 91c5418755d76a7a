import { stopTestPostgres } from './test-postgres.ts'

export const teardown = stopTestPostgres
