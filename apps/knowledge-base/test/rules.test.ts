import { createDatabase } from '@atoll/database'
import { principal } from '@atoll/testing'
import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import type { Audience } from '../src/model.ts'
import { mayRead } from '../src/rules.ts'
import { asReader } from '../src/store/as-reader.ts'
import type { Tables } from '../src/store/tables.ts'
import { signal } from './library.ts'

const callers = [[], ['kb:confidential']].flatMap((scopes) =>
  [[], ['guest'], ['board'], ['board', 'guest'], ['role of its own']].map((roles) =>
    principal({ subject: 'bob', tenant: 'acme', scopes, roles }),
  ),
)
const audiences: Audience[] = (['public', 'internal', 'confidential'] as const).flatMap((visibility) =>
  [[], ['board'], ['board', 'role of its own'], ['nobody']].map((groups) => ({ visibility, groups })),
)

describe('who may read', () => {
  it('is the same for notifications as in the database', async () => {
    const database = createDatabase<Tables>({
      url: inject('sharedDatabase').appUrl,
      applicationName: 'rules',
    })
    const asked = callers.flatMap((caller) => audiences.map((audience) => ({ caller, audience })))
    const differing = []
    for (const { caller, audience } of asked) {
      const { visibility, groups } = audience
      const answer = await asReader(
        database,
        caller,
        (trx) => sql<{ may: boolean }>`select may_read(${visibility}, ${groups}::text[]) as may`.execute(trx),
        { signal, readOnly: true },
      )
      if (answer.rows[0]?.may !== mayRead(caller, audience)) differing.push({ caller, audience })
    }
    await database.close()
    expect(differing).toEqual([])
  })

  it.each([
    ['public', [], [], true],
    ['public', ['guest'], [], true],
    ['internal', [], [], true],
    ['internal', ['guest'], [], false],
    ['confidential', [], [], false],
    ['confidential', [], ['kb:confidential'], true],
  ] as const)('%s for roles %j and scopes %j: %s', (visibility, roles, scopes, may) => {
    const caller = principal({ subject: 'bob', tenant: 'acme', scopes, roles })
    expect(mayRead(caller, { visibility, groups: [] })).toBe(may)
  })

  it('asks for membership as well where there are groups', () => {
    const caller = principal({
      subject: 'bob',
      tenant: 'acme',
      scopes: ['kb:confidential'],
      roles: ['staff'],
    })
    expect(mayRead(caller, { visibility: 'confidential', groups: ['board'] })).toBe(false)
    expect(mayRead(caller, { visibility: 'public', groups: ['board'] })).toBe(false)
    expect(mayRead(caller, { visibility: 'internal', groups: ['board', 'staff'] })).toBe(true)
  })
})
