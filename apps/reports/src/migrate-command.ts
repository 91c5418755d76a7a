import { type Command, migrateCommand as migrateTables, ownerCommand } from '@atoll/database'
import { migrations } from '../migrations/index.ts'
import { prepareQueue } from './jobs/prepare-queue.ts'

const tables = migrateTables(migrations)

/** `migrate`: the tables, and the queue. */
export const migrateCommand: Command = {
  summary: tables.summary,
  async run(context) {
    await tables.run(context)
    await queue.run(context)
  },
}

const queue = ownerCommand('Bring the queue up to date', async ({ ownerUrl, env, stdout }) => {
  // The tables were migrated for the same role, which therefore is there.
  const appRole = decodeURIComponent(new URL(env.DATABASE_URL ?? '').username)
  await prepareQueue({ ownerUrl, appRole })
  stdout.write('The queue is up to date\n')
})
