export { type DatabaseRoles, dropDatabase, provisionDatabase, type Role } from './provision-database.ts'
export { type DomainAccess, provisionDomain } from './provision-domain.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts'
