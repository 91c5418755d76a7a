import { withOwner } from '@atoll/database'
import { testDatabase } from '@atoll/testing'
import { sql, type Transaction } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'

interface State {
  revision: number
  counted: number
}

async function asOwner<T>(ownerUrl: string, run: (trx: Transaction<unknown>) => Promise<T>): Promise<T> {
  return await withOwner(ownerUrl, run, { tenant: 'acme' })
}

test('vectors leave counted words counted, and others waiting', async () => {
  const { ownerUrl, close } = await testDatabase({ name: 'kb-counted', migrations })
  onTestFinished(close)
  const state = () =>
    asOwner(ownerUrl, async (trx) => {
      const { rows } = await sql<State>`select revision, counted from search.tenants()`.execute(trx)
      return rows[0]
    })
  const addVectors = () =>
    asOwner(ownerUrl, (trx) => sql`select search.add_vectors('model', '{}', '[]')`.execute(trx))

  await asOwner(ownerUrl, (trx) => sql`select search.next_revision(), search.count_lexemes()`.execute(trx))
  await addVectors()
  expect(await state()).toEqual({ revision: 2, counted: 2 })

  await asOwner(ownerUrl, (trx) => sql`select search.next_revision()`.execute(trx))
  await addVectors()
  expect(await state()).toEqual({ revision: 4, counted: 2 })
})
