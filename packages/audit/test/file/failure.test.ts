import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type ChainedLog, type OnFailure, verifyAudit } from '../../src/index.ts'
import { event, KEYS, linesIn, newFolder, segmentsIn, startLog } from '../support/log.ts'

/** A log whose next segment cannot be made; the result of `mend` is that it can. */
async function startFailing(onFailure: OnFailure, maxWaiting?: number) {
  const folder = newFolder()
  const log = await startLog(folder, { onFailure, segmentSize: 2000, ...(maxWaiting && { maxWaiting }) })
  const day = Date.now() + 86_400_000
  // A folder stands where the file is to be: open, checkpoint, one call, checkpoint, and then the new segment.
  const blocked = join(folder, `${log.writer}.000000000005.jsonl`)
  mkdirSync(blocked)
  log.record(event(1))
  await log.committed(undefined)
  log.record(event(2, { time: day }))
  await log.committed(event(2))?.catch(() => {})
  return { folder, log, mend: () => rmdirSync(blocked) }
}

const write = event(3, { effect: 'write' })

async function outcomes(log: ChainedLog) {
  const admitted = (effect: 'read' | 'destroy') => {
    try {
      log.admit(effect)
      return 'admitted'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const answered = async (about: ReturnType<typeof event>) => {
    log.record(about)
    return (log.committed(about) ?? Promise.resolve()).then(
      () => 'answered',
      (error) => error.message as string,
    )
  }
  return [admitted('read'), admitted('destroy'), await answered(event(4)), await answered(write)]
}

it('refuses calls while nothing can be written, withholds the answers of those under way, and goes on by itself', async () => {
  const { folder, log, mend } = await startFailing('refuse')
  expect(log.failure?.message).toMatch(/EISDIR|EEXIST/)
  expect(await outcomes(log)).toEqual([
    'UNRECORDED',
    'UNRECORDED',
    expect.stringContaining('answer is withheld. Try again'),
    expect.stringContaining('may have taken effect: look before'),
  ])
  mend()
  await expect.poll(() => log.failure, { timeout: 10_000 }).toBeUndefined()
  expect(() => log.admit('destroy')).not.toThrow()
  await log.close()
  const [verdict] = await verifyAudit({ path: folder, keys: KEYS.jwks.keys })
  expect(verdict).toMatchObject({ problems: [], end: 'closed' })
  const ids = segmentsIn(folder)
    .flatMap(linesIn)
    .flatMap((line) => JSON.parse(line).requestId ?? [])
  expect(ids).toEqual(['req_1', 'req_2', 'req_4', 'req_3'])
})

it('refuses only what may change something where it is told so', async () => {
  const { log, mend } = await startFailing('refuse-writes')
  expect(await outcomes(log)).toEqual([
    'admitted',
    'UNRECORDED',
    'answered',
    expect.stringContaining('answer is withheld'),
  ])
  mend()
  await expect.poll(() => log.failure, { timeout: 10_000 }).toBeUndefined()
  await log.close()
})

it.each(['refuse', 'refuse-writes'] as const)(
  'withholds the answer of a tool that says nothing of itself, as of one that may have changed something (%s)',
  async (onFailure) => {
    const { log, mend } = await startFailing(onFailure)
    const { effect: _, ...unsaid } = event(3)
    log.record(unsaid)
    await expect(log.committed(unsaid)).rejects.toThrow('may have taken effect')
    mend()
    await expect.poll(() => log.failure, { timeout: 10_000 }).toBeUndefined()
    await log.close()
  },
)

it('goes on without records where it is told so, in bounded memory, and the chain says how many it lacks', async () => {
  const { folder, log, mend } = await startFailing('continue', 4000)
  expect(await outcomes(log)).toEqual(['admitted', 'admitted', 'answered', 'answered'])
  for (let index = 10; index < 110; index += 1) log.record(event(index))
  expect(log.waiting).toBeLessThan(8000)
  const lost = log.dropped
  expect(lost).toBeGreaterThan(80)
  mend()
  await expect.poll(() => log.failure, { timeout: 10_000 }).toBeUndefined()
  log.record(event(200))
  await log.close()
  const records = segmentsIn(folder)
    .flatMap(linesIn)
    .map((line) => JSON.parse(line))
  expect(records.filter((record) => record.event === 'gap')).toMatchObject([{ lost }])
  const [verdict] = await verifyAudit({ path: folder, keys: KEYS.jwks.keys })
  expect(verdict?.problems).toEqual([])
})
