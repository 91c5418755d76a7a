import { migrateAudit } from '@atoll/audit'
import { InvalidError } from '@atoll/errors'
import type { Context } from '../context.ts'

export interface AuditMigrateOptions {
  /** URL of the role that owns the schema. */
  readonly database: string
  readonly writer: string
  readonly reader?: string
}

/** Make or bring up to date the tables of the audit in a PostgreSQL. */
export async function auditMigrate({ stdout }: Context, options: AuditMigrateOptions): Promise<void> {
  const { database, writer, reader } = options
  if (!URL.canParse(database))
    throw new InvalidError('--database must be a URL: postgres://owner@host/database')
  const applied = await migrateAudit({ ownerUrl: database, writerRole: writer, readerRole: reader })
  stdout.write(applied.length === 0 ? 'The schema is up to date\n' : `Applied ${applied.join(', ')}\n`)
}
