import { init } from './0001-init.ts'

/** In order; a migration that has shipped never changes. */
export const migrations = { '0001_init': init }
