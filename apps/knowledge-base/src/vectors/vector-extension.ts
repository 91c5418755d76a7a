import { indexName, type VectorKind } from './vector-expression.ts'

/** Runs one statement, outside of a transaction, and answers its rows. */
export type Run = <Row>(text: string, values?: unknown[]) => Promise<Row[]>

/** The first that goes on through an index when filters leave too little. */
const OLDEST = [0, 8]

export interface Extension {
  /** Undefined when it is not installed. */
  version: string | undefined
  /** Whether the server has it to install. */
  isAvailable: boolean
}

/** Of pgvector, as far as its types can be named without a schema. */
export async function vectorExtension(run: Run): Promise<Extension> {
  const [row] = await run<{ version: string | null; available: boolean }>(
    `select (select extversion from pg_extension where extname = 'vector' and to_regtype('vector') is not null) as version,
       exists (select from pg_available_extensions where name = 'vector') as available`,
  )
  return { version: row?.version ?? undefined, isAvailable: row?.available ?? false }
}

export function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

export async function indexState(run: Run, kind: VectorKind): Promise<'valid' | 'invalid' | 'missing'> {
  const [row] = await run<{ valid: boolean }>(
    'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)',
    [indexName(kind)],
  )
  if (!row) return 'missing'
  return row.valid ? 'valid' : 'invalid'
}
