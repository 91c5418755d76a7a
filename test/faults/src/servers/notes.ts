import { createDatabase } from '@atoll/database'
import { defineDomain, defineServer, serve } from '@atoll/server-kit'
import { sql } from 'kysely'
import { z } from 'zod'

const notes = defineDomain({
  name: 'notes',
  scopes: { read: 'Read notes', write: 'Write notes' },
  limits: { rate: '100000/s', timeout: '3s' },
  config: z.object({ DATABASE_URL: z.url() }),
  connect: async ({ DATABASE_URL: url }) => {
    const database = createDatabase<{ note: { id: string } }>({ url, poolSize: 10, applicationName: 'notes' })
    return {
      deps: { database },
      probes: { database: (signal) => database.probe(signal) },
      close: () => database.close(),
    }
  },
})

const Note = z.object({ id: z.string() })

const look = notes.defineTool({
  name: 'look',
  title: 'Look',
  description: 'Asks the database for what it was asked.',
  effect: 'read',
  scopes: ['notes:read'],
  input: Note,
  output: Note,
  run: ({ input, deps, principal, signal }) =>
    deps.database.inTenant(
      principal,
      async (tenant) => {
        // As many rows as a page has, whatever there is.
        const { rows } = await sql`
          select line, repeat('word ', 20) as text, (select count(*) from note) as notes
          from generate_series(1, 50) as line`.execute(tenant)
        return { id: rows.length > 0 ? input.id : '' }
      },
      { readOnly: true, signal },
    ),
})

const write = notes.defineTool({
  name: 'write',
  title: 'Write',
  description: 'Writes a note: doing it twice would write two.',
  effect: 'write',
  scopes: ['notes:write'],
  input: Note,
  output: Note,
  run: ({ input, deps, principal, signal }) =>
    deps.database.inTenant(
      principal,
      async (tenant) => {
        await tenant.insertInto('note').values({ id: input.id }).execute()
        return { id: input.id }
      },
      { signal },
    ),
})

await serve(defineServer(notes, { instructions: 'Notes.', tools: [look, write] }))
