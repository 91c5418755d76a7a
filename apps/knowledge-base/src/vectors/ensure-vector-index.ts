import { InvalidError, UnavailableError } from '@atoll/errors'
import pg from 'pg'
import { type Built, buildVectorIndex } from './build-vector-index.ts'
import type { VectorKind } from './vector-expression.ts'

/**
 * For the command that migrates: let pgvector find the nearest passages of a model where the database has it. Says
 * which search the server will use. The index is built beside readers and writers, which may take minutes.
 * Throws InvalidError when the index cannot be built, UnavailableError, and the signal's reason.
 */
export async function ensureVectorIndex(
  ownerUrl: string,
  kind: VectorKind,
  { signal }: { signal: AbortSignal },
): Promise<Built> {
  signal.throwIfAborted()
  const client = await connect(ownerUrl)
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const onAbort = () => void cancel(ownerUrl, rows[0]?.pid).catch(() => {})
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await buildVectorIndex(
      async (text, values) => (await client.query(text, values)).rows,
      kind,
      signal,
    )
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (!(error instanceof pg.DatabaseError)) throw error
    throw new InvalidError(`The index of the vectors of ${kind.model} cannot be built: ${error.message}`, {
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', onAbort)
    await client.end()
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'atoll-vectors',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // The statement that runs reports a lost connection itself.
  client.on('error', () => {})
  await client.connect().catch((cause) => {
    throw new UnavailableError('The database cannot be reached at the moment. Try again shortly.', { cause })
  })
  return client
}

async function cancel(ownerUrl: string, pid: number | undefined): Promise<void> {
  const client = await connect(ownerUrl)
  try {
    await client.query('select pg_cancel_backend($1)', [pid])
  } finally {
    await client.end()
  }
}
