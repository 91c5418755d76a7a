import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { verifyAudit } from '../../src/index.ts'
import { retain } from '../../src/retention/retain.ts'
import { event, KEYS, linesIn, newFolder, segmentsIn, startLog } from '../support/log.ts'

const DAY = 86_400_000
const CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const

/** Three days with twelve records each, three of every class, and a fourth that goes on. */
async function threeDays() {
  const folder = newFolder()
  const log = await startLog(folder)
  const today = Date.now()
  for (let day = 1; day <= 4; day += 1)
    for (let index = 0; index < 12; index += 1)
      log.record(event(index, { time: today + day * DAY, data: CLASSES[index % 4] }))
  await log.committed(undefined)
  const calls = () =>
    segmentsIn(folder)
      .flatMap(linesIn)
      .filter((line) => line.includes('"event":"call"'))
  const verdict = async () => (await verifyAudit({ path: folder, keys: KEYS.jwks.keys }))[0]
  return { folder, log, today, calls, verdict }
}

it('empties what is older than its class is kept, and the chain can still be verified', async () => {
  const { folder, log, today, calls, verdict } = await threeDays()
  const now = today + 4 * DAY
  const retention = { public: 1.5 * DAY, confidential: 2.5 * DAY }
  await retain({ folder, log, retention, now, delivered: Number.POSITIVE_INFINITY })
  const left = calls().map((line) => JSON.parse(line).data)
  expect(CLASSES.map((data) => left.filter((each) => each === data).length)).toEqual([6, 12, 9, 12])
  // Nine of them, and the three of the first segment, which had no call.
  expect(await verdict()).toMatchObject({ problems: [], expired: 12 })
  // Once more, with more to empty in the same files, and after a restart.
  await retain({
    folder,
    log,
    retention: { ...retention, internal: DAY / 2 },
    now,
    delivered: Number.POSITIVE_INFINITY,
  })
  await log.close()
  const next = await startLog(folder)
  await next.close()
  expect(await verdict()).toMatchObject({ problems: [], expired: 21, end: 'closed' })
})

it('removes the oldest segments once nothing is left in them, and says so', async () => {
  const { folder, log, today, calls, verdict } = await threeDays()
  const before = segmentsIn(folder).length
  const all = Object.fromEntries(CLASSES.map((data) => [data, 2.5 * DAY]))
  await retain({ folder, log, retention: all, now: today + 4 * DAY, delivered: Number.POSITIVE_INFINITY })
  expect(segmentsIn(folder).length).toBeLessThan(before)
  expect(calls()).toHaveLength(36)
  const found = await verdict()
  expect(found).toMatchObject({ problems: [] })
  expect(found?.first).toBeGreaterThan(12)
  expect(found?.expired).toBe((found?.first ?? 0) - 1)
  await log.close()
})

it('leaves what was not delivered yet', async () => {
  const { folder, log, today, calls } = await threeDays()
  const retention = Object.fromEntries(CLASSES.map((data) => [data, 0]))
  await retain({ folder, log, retention, now: today + 9 * DAY, delivered: 0 })
  expect(calls()).toHaveLength(48)
  await log.close()
})

it('hides nothing else: a record emptied by somebody beside those is found out', async () => {
  const { folder, log, today, verdict } = await threeDays()
  await retain({
    folder,
    log,
    retention: { public: DAY },
    now: today + 4 * DAY,
    delivered: Number.POSITIVE_INFINITY,
  })
  await log.close()
  const path =
    segmentsIn(folder).find((each) => linesIn(each).some((line) => line.includes('"expired"'))) ?? ''
  const lines = linesIn(path)
  const victim = lines.findIndex((line) => line.includes('"restricted"'))
  const { seq, prev, hash } = JSON.parse(lines[victim] ?? '')
  lines[victim] = `{"seq":${seq},"prev":"${prev}","event":"expired","hash":"${hash}"}`
  writeFileSync(path, `${lines.join('\n')}\n`)
  expect((await verdict())?.problems).toContainEqual(expect.objectContaining({ kind: 'expired', seq }))
})
