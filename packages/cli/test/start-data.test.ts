import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { findEmbeddedPostgres } from '@atoll/database/embedded'
import { expect, test } from 'vitest'
import { ask } from './support/ask.ts'
import { openPlace, type Place } from './support/command.ts'
import { processesOf } from './support/processes.ts'

const READY = 'Ctrl-C stops all of it.'

function postgresOf({ home }: Place) {
  return findEmbeddedPostgres(join(home, 'postgres'))
}

async function ran({ home }: Place): Promise<string[]> {
  return (await readFile(join(home, 'ran.log'), 'utf8')).trim().split('\n')
}

test('keeps the data over a stop and does no work twice', async () => {
  await using place = await openPlace('data')
  const first = place.spawn(['start'])
  await first.prints(READY)
  expect(first.output()).toContain('Migrated and seeded the databases of alpha')
  expect(first.output()).toContain(`alpha__list_notes '{"text":"it'\\''s"}'`)
  expect(await ran(place)).toEqual(['migrate', 'seed'])
  expect(await ask(place.ports.alpha, '/role')).toEqual([{ role: 'alpha_app' }])
  const imported = await place.run(['import', 'alpha', '--tenant', 'acme', '--dir', place.home])
  expect(imported).toMatchObject({ code: 0, stderr: '' })

  first.child.kill('SIGTERM')
  expect((await first.finished).code).toBe(0)
  expect(await processesOf(place.home)).toEqual([])
  expect(await postgresOf(place)).toBeUndefined()

  const second = place.spawn(['start'])
  await second.prints(READY)
  expect(second.output()).toContain('The databases of alpha are up to date')
  expect(await ran(place)).toEqual(['migrate', 'seed', 'import'])
  expect(await ask(place.ports.alpha, '/notes')).toEqual([{ text: 'seed' }, { text: 'import' }])
})

test('recovers when everything was killed with -9, PostgreSQL included', async () => {
  await using place = await openPlace('data')
  const first = place.spawn(['start'])
  await first.prints(READY)
  const postgres = await postgresOf(place)
  for (const pid of [...(await processesOf(place.home)), postgres?.pid ?? 0]) process.kill(pid, 'SIGKILL')
  await first.finished

  const second = place.spawn(['start'])
  await second.prints(READY)
  expect(await ask(place.ports.alpha, '/notes')).toEqual([{ text: 'seed' }])
})

test('starts PostgreSQL again when it dies, and takes over one that outlived its launcher', async () => {
  await using place = await openPlace('data')
  const first = place.spawn(['start'])
  await first.prints(READY)
  const before = await postgresOf(place)
  process.kill(before?.pid ?? 0, 'SIGKILL')
  await first.prints('PostgreSQL is running again')
  const after = await postgresOf(place)
  expect(after?.pid).not.toBe(before?.pid)

  first.child.kill('SIGKILL')
  await first.finished
  const second = place.spawn(['start'])
  await second.prints(READY)
  expect((await postgresOf(place))?.pid).toBe(after?.pid)
  second.child.kill('SIGINT')
  await second.finished
  expect(await postgresOf(place)).toBeUndefined()
})

test('says which variable moves PostgreSQL when its port is taken', async () => {
  await using place = await openPlace('data')
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(place.ports.postgres, '127.0.0.1', resolve))
  const { code, stderr } = await place.run(['start'])
  other.close()
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${place.ports.postgres}, which the embedded PostgreSQL needs, is taken by `)
  expect(stderr).toContain('ATOLL_POSTGRES_PORT')
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('tells why seeding failed, leaves nothing running, and tries again at the next start', async () => {
  await using place = await openPlace('data')
  const { code, stderr } = await place.run(['start'], { env: { FIXTURE_SEED: 'fails' } })
  expect(code).toBe(1)
  expect(stderr).toBe('"seed" of alpha failed (exit code 1); its last words:\n    The seed data is broken.\n')
  expect(await processesOf(place.home)).toEqual([])
  expect(await postgresOf(place)).toBeUndefined()

  const second = place.spawn(['start'])
  await second.prints(READY)
  expect(await ran(place)).toEqual(['migrate', 'seed', 'migrate', 'seed'])
})

test('SIGTERM in the middle of a start stops what has begun', async () => {
  await using place = await openPlace('data')
  const fleet = place.spawn(['start'])
  await fleet.prints('Preparing the databases')
  fleet.child.kill('SIGTERM')
  expect((await fleet.finished).code).toBe(0)
  expect(await processesOf(place.home)).toEqual([])
  expect(await postgresOf(place)).toBeUndefined()
})

test('import starts PostgreSQL for the time when the fleet does not run', async () => {
  await using place = await openPlace('data')
  const { code } = await place.run(['import', 'alpha', '--tenant', 'acme', '--dir', place.home])
  expect(code).toBe(0)
  expect(await ran(place)).toEqual(['migrate', 'seed', 'import'])
  expect(await postgresOf(place)).toBeUndefined()
})

test('seed hands its options to the domain, and asks for some', async () => {
  await using place = await openPlace('data')
  const { code } = await place.run(['seed', 'alpha', '--notes', '5', '--tenant', 'acme'])
  expect(code).toBe(0)
  expect(await ran(place)).toEqual(['migrate', 'seed', 'seed --notes 5 --tenant acme'])
  const refused = await place.run(['seed', 'alpha'])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('how-much') })
})
