import { hash } from 'node:crypto'
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Verdict, verifyAudit } from '../../src/index.ts'
import { event, KEYS, linesIn, newFolder, newLog, segmentsIn, startLog } from '../support/log.ts'

const verify = async (folder: string): Promise<Verdict> => {
  const [verdict] = await verifyAudit({ path: folder, keys: KEYS.jwks.keys })
  if (!verdict) throw new Error('There is no chain')
  return verdict
}

describe('a chained log', () => {
  it('has what was recorded in its file once it is committed', async () => {
    const folder = newFolder()
    const log = await startLog(folder)
    log.record(event(1))
    await log.committed(undefined)
    const [path = ''] = segmentsIn(folder)
    expect(JSON.parse(linesIn(path).at(-1) ?? '')).toMatchObject({
      seq: 3,
      event: 'call',
      requestId: 'req_1',
      data: 'confidential',
      requestBytes: 300,
      resultBytes: 1200,
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await log.close()
  })

  it('can be checked with nothing but SHA-256, as its README says', async () => {
    const folder = newFolder()
    const log = await startLog(folder)
    for (let index = 0; index < 10; index += 1) log.record(event(index, { name: 'Côte "猫" \u0000' }))
    await log.close()
    let before = '0'.repeat(64)
    for (const [index, line] of linesIn(segmentsIn(folder)[0] ?? '').entries()) {
      const content = line.replace(/,"hash":"[0-9a-f]{64}"(,"signature":"[\w-]+")?\}$/, '}')
      const record = JSON.parse(line)
      expect(record).toMatchObject({ seq: index + 1, prev: before, hash: hash('sha256', content) })
      before = record.hash
    }
  })

  it('keeps what came before it was started', async () => {
    const folder = newFolder()
    const log = newLog(folder)
    log.record(event(1))
    const committed = log.committed(undefined)
    await log.start()
    await committed
    await log.close()
    expect(linesIn(segmentsIn(folder)[0] ?? '').filter((line) => line.includes('req_1'))).toHaveLength(1)
  })

  it('goes on with the chain of the last process in a segment of its own', async () => {
    const folder = newFolder()
    for (let process = 0; process < 3; process += 1) {
      const log = await startLog(folder)
      for (let index = 0; index < 5; index += 1) log.record(event(index))
      await log.close()
    }
    expect(segmentsIn(folder)).toHaveLength(3)
    expect(await verify(folder)).toMatchObject({
      segments: 3,
      records: 24,
      last: 24,
      end: 'closed',
      problems: [],
    })
  })

  it('begins another chain where a living process goes on with the first', async () => {
    const folder = newFolder()
    const first = await startLog(folder)
    const second = await startLog(folder)
    expect(second.writer).not.toBe(first.writer)
    first.record(event(1))
    second.record(event(2))
    await Promise.all([first.close(), second.close()])
    const verdicts = await verifyAudit({ path: folder, keys: KEYS.jwks.keys })
    expect(verdicts).toMatchObject([{ problems: [] }, { problems: [] }])
  })

  it('begins another segment when one is full, and the chain goes across', async () => {
    const folder = newFolder()
    const log = await startLog(folder, { segmentSize: 4096 })
    for (let index = 0; index < 100; index += 1) {
      log.record(event(index))
      if (index % 7 === 0) await log.committed(undefined)
    }
    await log.close()
    expect(segmentsIn(folder).length).toBeGreaterThan(5)
    expect(await verify(folder)).toMatchObject({ end: 'closed', problems: [] })
  })

  it('begins another segment each day', async () => {
    const folder = newFolder()
    const log = await startLog(folder)
    log.record(event(1))
    log.record(event(2, { time: Date.now() + 86_400_000 }))
    await log.close()
    expect(segmentsIn(folder)).toHaveLength(2)
    expect(await verify(folder)).toMatchObject({ problems: [] })
  })

  it('signs after so many records', async () => {
    const folder = newFolder()
    const log = await startLog(folder, { checkpointEvery: { records: 10, time: 60_000 } })
    for (let index = 0; index < 95; index += 1) log.record(event(index))
    await log.close()
    const reasons = linesIn(segmentsIn(folder)[0] ?? '')
      .map((line) => JSON.parse(line))
      .filter((record) => record.event === 'checkpoint')
      .map((record) => record.reason)
    expect(reasons).toEqual(['open', ...Array(9).fill('count'), 'close'])
  })

  it('signs by itself after a while', async () => {
    const folder = newFolder()
    const log = await startLog(folder, { checkpointEvery: { records: 1000, time: 20 } })
    log.record(event(1))
    const reasons = () => linesIn(segmentsIn(folder)[0] ?? '').map((line) => JSON.parse(line).reason)
    await expect.poll(reasons).toContain('time')
    await log.close()
  })

  it.each(['torn in the middle of a line', 'torn in its first line'])(
    'is repaired when it was %s, and nothing is taken for a change from outside',
    async (how) => {
      const folder = newFolder()
      const log = await startLog(folder)
      for (let index = 0; index < 5; index += 1) log.record(event(index))
      await log.close()
      const [path = ''] = segmentsIn(folder)
      if (how === 'torn in its first line') {
        const { writer } = log
        writeFileSync(join(folder, `${writer}.000000000009.jsonl`), '{"seq":9,"prev":"abc')
      } else {
        appendFileSync(path, `{"seq":9,"prev":"${'0'.repeat(64)}","time":`)
        appendFileSync(join(folder, `${log.writer}.checkpoints.jsonl`), '{"seq":9')
        expect(await verify(folder)).toMatchObject({ end: 'torn', problems: [] })
      }
      const next = await startLog(folder)
      expect(next.writer).toBe(log.writer)
      next.record(event(6))
      await next.close()
      expect(await verify(folder)).toMatchObject({ end: 'closed', problems: [] })
      expect(readFileSync(segmentsIn(folder).at(-1) ?? '', 'utf8')).toContain('"torn":')
    },
  )

  it('goes on after whole records were cut off at its end, which is found', async () => {
    const folder = newFolder()
    const log = await startLog(folder)
    for (let index = 0; index < 5; index += 1) log.record(event(index))
    await log.close()
    const [path = ''] = segmentsIn(folder)
    const lines = linesIn(path)
    truncateSync(path, Buffer.byteLength(`${lines.slice(0, -3).join('\n')}\n`))
    expect((await verify(folder)).problems).toMatchObject([{ kind: 'cut' }])
    const next = await startLog(folder)
    await next.close()
    expect((await verify(folder)).problems.length).toBeGreaterThan(0)
  })
})
