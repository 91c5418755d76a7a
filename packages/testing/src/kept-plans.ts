import { describe, expect, test } from 'vitest'
import { planFiles } from './plan-files.ts'
import type { Planned } from './plans.ts'

export interface KeptPlans<Store> {
  /** The folder of the plans, one file for each query. */
  directory: string
  /** What is asked of a store, by the name of its file. */
  queries: Readonly<Record<string, (store: Store) => Promise<unknown>>>
  /** How PostgreSQL would answer a query today, over tables with enough in them. */
  plans(ask: (store: Store) => Promise<unknown>): Promise<Planned[]>
  /** Indexes and tables that many rows are in; others may be read as it likes. All of them unless given. */
  big?: RegExp
}

/** Tests that queries read what their kept plans read, and no big table as a whole. `PLANS=write` keeps them anew. */
export function keptPlans<Store>({ directory, queries, plans, big = /^/ }: KeptPlans<Store>): void {
  const files = planFiles(directory)
  describe.each(Object.entries(queries))('%s', (name, ask) => {
    test('reads what its kept plan reads, and no big table as a whole', async () => {
      const { kept, today } = await files.compare(name, await plans(ask))
      const read = today.filter((path) => big.test(path))
      expect(read.filter((path) => path.startsWith('all of '))).toEqual([])
      expect(read).not.toEqual([])
      expect(read).toEqual(kept.filter((path) => big.test(path)))
    })
  })
}
