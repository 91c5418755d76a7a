import { appendFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { type AuditQuery, searchFiles } from '../../src/index.ts'
import { event, newFolder, segmentsIn, startLog } from '../support/log.ts'

const START = Date.now()
const SECOND = 1000

/** Two writers in one folder, several segments each; event n comes n seconds after the start. */
let folder = ''
beforeEach(async () => {
  folder = newFolder()
  const logs = [await startLog(folder, { segmentSize: 6000 }), await startLog(folder, { segmentSize: 6000 })]
  for (let index = 0; index < 100; index += 1) {
    const more = {
      time: START + index * SECOND,
      subject: index % 10 === 0 ? 'bob' : 'alice',
      tenant: index < 50 ? 'acme' : 'globex',
      issuer: index % 20 === 0 ? 'https://other.test' : 'https://issuer.test',
      name: index % 3 === 0 ? 'orders__cancel_order' : 'orders__get_order',
      outcome: index % 25 === 0 ? ('refused' as const) : ('ok' as const),
    }
    logs[index % 2]?.record(event(index, more))
  }
  for (const log of logs) await log.close()
})

const ids = async (query: AuditQuery) =>
  (await searchFiles(folder, query)).entries.map(({ requestId }) => Number(requestId.slice(4)))
const numbers = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => from - index)

describe('a search of files', () => {
  it('finds the newest first, over segments and writers', async () => {
    expect(segmentsIn(folder).length).toBeGreaterThan(6)
    expect(await ids({})).toEqual(numbers(99, 0))
  })

  it.each([
    ['a person', { subject: 'bob' }, [90, 80, 70, 60, 50, 40, 30, 20, 10, 0]],
    ['a person and a tenant', { subject: 'bob', tenant: 'globex' }, [90, 80, 70, 60, 50]],
    ['a person of an issuer', { subject: 'bob', issuer: 'https://other.test' }, [80, 60, 40, 20, 0]],
    ['a tool', { tool: 'orders__cancel_order', since: START + 90 * SECOND }, [99, 96, 93, 90]],
    ['an outcome', { outcome: 'refused' }, [75, 50, 25, 0]],
    ['a time', { since: START + 10 * SECOND, until: START + 13 * SECOND }, [12, 11, 10]],
    ['nobody', { subject: 'carol' }, []],
    ['part of a name', { subject: 'bo' }, []],
  ])('finds what was done by %s', async (_who, query, found) => {
    expect(await ids(query)).toEqual(found)
  })

  it('goes on where it ended, and misses and repeats nothing', async () => {
    const found: number[] = []
    let cursor: string | undefined
    do {
      const page = await searchFiles(folder, { limit: 7, cursor, tenant: 'acme' })
      found.push(...page.entries.map(({ requestId }) => Number(requestId.slice(4))))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(found).toEqual(numbers(49, 0))
  })

  it('shows neither hashes nor signatures, and who wrote it', async () => {
    const { entries } = await searchFiles(folder, { limit: 1 })
    expect(entries[0]).toMatchObject({
      writer: expect.stringMatching(/^gateway\.[0-9a-f]{8}$/),
      seq: expect.any(Number),
    })
    expect(entries[0]).not.toHaveProperty('hash')
  })

  it('passes over what is being written', async () => {
    appendFileSync(segmentsIn(folder).at(-1) ?? '', '{"seq":99999,"prev"')
    expect(await ids({})).toEqual(numbers(99, 0))
  })

  it('refuses a cursor that is none', async () => {
    await expect(searchFiles(folder, { cursor: 'x' })).rejects.toThrow('The cursor is not one')
  })
})
