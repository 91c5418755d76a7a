import { star } from './0001-star.ts'
import { rollups } from './0002-rollups.ts'

/** In order; a migration that has shipped never changes. */
export const migrations = { '0001_star': star, '0002_rollups': rollups }
