import { InvalidError } from '@atoll/errors'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { DEAD_QUEUE, PATIENCE, type Patience, QUEUE, queueOptions, SCHEMA } from './queue.ts'

/**
 * As the owner: bring the queue's tables up to date and let the app's role use them, and nothing more.
 * Throws InvalidError when the database refuses.
 */
export async function prepareQueue(
  { ownerUrl, appRole }: { ownerUrl: string; appRole: string },
  patience: Patience = PATIENCE,
): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    schema: SCHEMA,
    application_name: 'reports-migrate',
    schedule: false,
    supervise: false,
  })
  let problem: unknown
  boss.on('error', (error) => {
    problem ??= error
  })
  try {
    await boss.start()
    for (const [name, options] of [
      [DEAD_QUEUE, { retryLimit: 10, retryBackoff: true, notify: true }],
      [QUEUE, queueOptions(patience)],
    ] as const) {
      await boss.createQueue(name, options)
      await boss.updateQueue(name, options)
    }
    await grant(ownerUrl, appRole)
  } catch (cause) {
    throw new InvalidError(`The queue of reports cannot be prepared: ${messageOf(problem ?? cause)}`, {
      cause,
    })
  } finally {
    await boss.stop({ graceful: false })
  }
}

async function grant(ownerUrl: string, appRole: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'reports-migrate' })
  await client.connect()
  try {
    const role = client.escapeIdentifier(appRole)
    await client.query(`
      grant usage on schema ${SCHEMA} to ${role};
      grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${role};
      grant usage, select on all sequences in schema ${SCHEMA} to ${role};
      grant execute on all functions in schema ${SCHEMA} to ${role}`)
  } finally {
    await client.end()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
