import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { provisionDomain, startEmbeddedPostgres } from '../src/embedded/index.ts'
import { createDatabase, migrate } from '../src/index.ts'

// What the tenant costs: the same one-row read with and without it, on one connection, taking turns.
const ROUNDS = 30
const READS = 200

interface Schema {
  item: { id: number; tenant: string; name: string }
  open_item: Schema['item']
}

const folder = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
await chmod(folder, 0o755)
const server = await startEmbeddedPostgres({ dataDirectory: folder, port: 0, durable: false })
const { ownerUrl, appUrl } = await provisionDomain(server.adminUrl, {
  domain: 'bench',
  passwords: { owner: 'owner', app: 'app' },
})
await migrate({
  ownerUrl,
  appRole: 'bench_app',
  migrations: {
    '0001_item': {
      up: `create table item (id int primary key, tenant text not null, name text not null);
        insert into item select n, 'acme', 'item ' || n from generate_series(1, 10000) n;
        create table open_item (id int primary key, owner text not null, name text not null);
        insert into open_item table item;
        alter table item enable row level security;
        alter table item force row level security;
        create policy tenant on item using (tenant = current_setting('app.tenant', true));`,
    },
  },
})
const database = createDatabase<Schema>({ url: appUrl, applicationName: 'bench', poolSize: 1 })
const unprepared = createDatabase<Schema>({
  url: appUrl,
  applicationName: 'bench',
  poolSize: 1,
  prepareStatements: false,
})
const plain = new pg.Client({ connectionString: appUrl })
await plain.connect()

const alice = { tenant: 'acme', subject: 'alice' }
const text = 'select "name" from "item" where "id" = $1'
const values = [4711]

const ways: Record<string, () => Promise<unknown>> = {
  'bare query, no tenant, no policy': () => plain.query(text.replace('"item"', '"open_item"'), values),
  'the same through Kysely': () =>
    database.kysely.selectFrom('open_item').select('name').where('id', '=', 4711).execute(),
  'inTenant, read only': () =>
    database.inTenant(
      alice,
      (trx) => trx.selectFrom('item').select('name').where('id', '=', 4711).execute(),
      {
        readOnly: true,
      },
    ),
  'inTenant, read only, nothing prepared': () =>
    unprepared.inTenant(
      alice,
      (trx) => trx.selectFrom('item').select('name').where('id', '=', 4711).execute(),
      {
        readOnly: true,
      },
    ),
  'bare query, prepared': () =>
    plain.query({ name: 'bare', text: text.replace('"item"', '"open_item"'), values }),
  'inTenant, read and write': () =>
    database.inTenant(alice, (trx) => trx.selectFrom('item').select('name').where('id', '=', 4711).execute()),
  'begin, set_config, query, commit one by one': async () => {
    await plain.query('begin read only')
    await plain.query(`select set_config('app.tenant', $1, true), set_config('app.subject', $2, true)`, [
      'acme',
      'alice',
    ])
    await plain.query(text, values)
    await plain.query('commit')
  },
}

const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, read] of Object.entries(ways)) {
    for (let n = 0; n < READS; n += 1) {
      const start = performance.now()
      await read()
      if (round > 0) times.get(name)?.push(performance.now() - start)
    }
  }
}
const median = (name: string) =>
  (times.get(name) ?? []).sort((a, b) => a - b)[((ROUNDS - 1) * READS) / 2] ?? 0
const bare = median('bare query, no tenant, no policy')
for (const name of times.keys()) {
  console.log(
    `${name.padEnd(46)} ${(median(name) * 1000).toFixed(0).padStart(5)} us  ${(median(name) / bare).toFixed(2)}x`,
  )
}

await plain.end()
await database.close()
await unprepared.close()
await server.stop()
await rm(folder, { recursive: true })
