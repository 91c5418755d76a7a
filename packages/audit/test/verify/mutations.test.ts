import { hash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { readSigningKeys } from '@atoll/auth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chain, membersOf } from '../../src/chain/chain.ts'
import { verifyAudit } from '../../src/index.ts'
import { event, KEYS, linesIn, newFolder, newLog, segmentsIn } from '../support/log.ts'

/** Three segments, the last one closed; checkpoints every 20 records. */
let original = ''
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'audit-'))
  for (let run = 0; run < 3; run += 1) {
    const log = newLog(original, { checkpointEvery: { records: 20, time: 60_000 } })
    await log.start()
    for (let index = 0; index < 50; index += 1)
      log.record(event(index, { subject: index % 2 ? 'alice' : 'bob', name: `tool "${index}" é` }))
    await log.close()
  }
})
afterAll(() => rmSync(original, { recursive: true, force: true }))

function copy(): string {
  const folder = newFolder()
  cpSync(original, folder, { recursive: true })
  return folder
}

async function problemsIn(folder: string) {
  const verdicts = await verifyAudit({ path: folder, keys: KEYS.jwks.keys })
  return verdicts.flatMap(({ problems }) => problems)
}

function rewrite(path: string, change: (lines: string[]) => string[]): void {
  writeFileSync(path, `${change(linesIn(path)).join('\n')}\n`)
}

/** Random numbers that are the same in each run. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('an audit that was', () => {
  it('left alone has no problems', async () => {
    expect(await problemsIn(original)).toEqual([])
    const verdicts = await verifyAudit({ path: original, keys: KEYS.jwks.keys })
    expect(verdicts).toMatchObject([
      { segments: 3, records: 165, first: 1, last: 165, signedThrough: 165, end: 'closed', isVouched: true },
    ])
  })

  it('changed in any byte of any file is found out', async () => {
    const draw = chance(1)
    for (let round = 0; round < 150; round += 1) {
      const folder = copy()
      const paths = segmentsIn(folder)
      const path = paths[draw(paths.length)] ?? ''
      const bytes = readFileSync(path)
      const at = draw(bytes.length)
      bytes[at] = ((bytes[at] ?? 0) + 1 + draw(255)) % 256
      writeFileSync(path, bytes)
      const problems = await problemsIn(folder)
      const where = `byte ${at} of ${basename(path)}`
      // The last line feed is the one byte whose loss looks like a process that was killed.
      if (at === bytes.length - 1 && path === paths.at(-1)) continue
      expect(problems, where).not.toEqual([])
      expect(problems[0]?.message, where).toMatch(/record|line/)
    }
  })

  it('robbed of any record is found out, and told which one', async () => {
    const draw = chance(2)
    for (let round = 0; round < 60; round += 1) {
      const folder = copy()
      const paths = segmentsIn(folder)
      const path = paths[draw(paths.length)] ?? ''
      const gone = draw(linesIn(path).length)
      const { seq } = JSON.parse(linesIn(path)[gone] ?? '')
      rewrite(path, (lines) => lines.toSpliced(gone, 1))
      const problems = await problemsIn(folder)
      expect(problems.map(({ message }) => message).join('\n'), `record ${seq}`).toMatch(
        seq === 1
          ? /records 1 to 1 are missing/
          : seq === 165
            ? /cut off/
            : new RegExp(`record ${seq} is missing`),
      )
    }
  })

  it('put into another order is found out', async () => {
    const draw = chance(3)
    for (let round = 0; round < 60; round += 1) {
      const folder = copy()
      const path = segmentsIn(folder)[draw(3)] ?? ''
      const [a, b] = [draw(55), draw(55)]
      if (a === b) continue
      rewrite(path, (lines) => lines.with(a, lines[b] ?? '').with(b, lines[a] ?? ''))
      expect(await problemsIn(folder), `lines ${a} and ${b}`).not.toEqual([])
    }
  })

  it('given a record twice is found out', async () => {
    const draw = chance(4)
    for (let round = 0; round < 30; round += 1) {
      const folder = copy()
      const path = segmentsIn(folder)[draw(3)] ?? ''
      const [from, to] = [draw(55), draw(55)]
      rewrite(path, (lines) => lines.toSpliced(to, 0, lines[from] ?? ''))
      expect(await problemsIn(folder)).not.toEqual([])
    }
  })

  it('cut off anywhere is found out, as the checkpoints beside it go further', async () => {
    const draw = chance(5)
    for (let round = 0; round < 60; round += 1) {
      const folder = copy()
      const paths = segmentsIn(folder)
      const path = paths[draw(paths.length)] ?? ''
      const bytes = readFileSync(path)
      const at = draw(bytes.length - 1)
      writeFileSync(path, bytes.subarray(0, at))
      expect(await problemsIn(folder), `${basename(path)} at ${at}`).not.toEqual([])
    }
  })

  it('robbed of a whole segment is found out, whichever', async () => {
    for (const index of [0, 1, 2]) {
      const folder = copy()
      rmSync(segmentsIn(folder)[index] ?? '')
      expect(await problemsIn(folder)).not.toEqual([])
    }
    const empty = copy()
    for (const path of segmentsIn(empty)) rmSync(path)
    expect(await problemsIn(empty)).toMatchObject([{ kind: 'cut' }])
  })

  it('given a segment of another name is found out', async () => {
    const folder = copy()
    const [first = '', second = '', third = ''] = segmentsIn(folder)
    renameSync(second, `${second}.x`)
    renameSync(third, second)
    renameSync(`${second}.x`, third)
    expect(await problemsIn(folder)).not.toEqual([])
    expect(basename(first)).toContain('.000000000001.jsonl')
  })

  it('changed and hashed anew is found out by the next record', async () => {
    const folder = copy()
    const path = segmentsIn(folder)[1] ?? ''
    rewrite(path, (lines) =>
      lines.with(
        30,
        rehashed(lines[30] ?? '', (text) => text.replace('acme', 'evil')),
      ),
    )
    expect(await problemsIn(folder)).toMatchObject([{ kind: 'replaced' }])
  })

  it.each([
    ['without a signature', undefined],
    ['with a key of somebody else', KEYS_OF_SOMEBODY()],
  ])('written anew from a record on, %s, is found out by its checkpoints', async (_how, keys) => {
    const folder = copy()
    const path = segmentsIn(folder).at(-1) ?? ''
    rmSync(join(folder, checkpointsOf(folder)))
    rewrite(path, (lines) => {
      const kept = lines.slice(0, 10)
      const { seq, hash: last, ...rest } = JSON.parse(kept.at(-1) ?? '')
      const chain = new Chain(String(rest.writer), { seq, hash: last }, keys ?? KEYS)
      const forged = Array.from({ length: 45 }, (_, index) =>
        chain
          .append(membersOf({ ...event(index), subject: 'mallory' }))
          .toString()
          .trimEnd(),
      )
      return [...kept, ...forged, ...(keys ? [chain.checkpoint('close', 0).toString().trimEnd()] : [])]
    })
    const problems = await problemsIn(folder)
    expect(problems.map(({ kind }) => kind)).toContain(keys ? 'signature' : 'unsigned')
  })

  it('cut off together with its checkpoints is found out by one that was kept elsewhere', async () => {
    const folder = copy()
    const kept = join(newFolder(), 'kept.jsonl')
    cpSync(join(folder, checkpointsOf(folder)), kept)
    rmSync(join(folder, checkpointsOf(folder)))
    rmSync(segmentsIn(folder).at(-1) ?? '')
    expect(await problemsIn(folder)).toEqual([])
    const [verdict] = await verifyAudit({ path: folder, keys: KEYS.jwks.keys, checkpoints: kept })
    expect(verdict?.problems).toMatchObject([{ kind: 'cut', seq: 110 }])
  })

  it('emptied of a record is found out, where no retention says so', async () => {
    const folder = copy()
    const path = segmentsIn(folder)[0] ?? ''
    rewrite(path, (lines) => {
      const { seq, prev, hash } = JSON.parse(lines[5] ?? '')
      return lines.with(5, JSON.stringify({ seq, prev, event: 'expired', hash }))
    })
    expect(await problemsIn(folder)).toMatchObject([{ kind: 'expired', seq: 6 }])
  })

  it('signed with keys that nobody named is not vouched for', async () => {
    const [verdict] = await verifyAudit({ path: original })
    expect(verdict).toMatchObject({ problems: [], isVouched: false, keys: [KEYS.kid] })
    const [refused] = await verifyAudit({ path: original, keys: KEYS_OF_SOMEBODY().jwks.keys })
    expect(refused?.problems.map(({ kind }) => kind)).toContain('signature')
  })
})

function checkpointsOf(folder: string): string {
  return basename(segmentsIn(folder)[0] ?? '').replace(/\d{12}\.jsonl$/, 'checkpoints.jsonl')
}

function rehashed(line: string, change: (content: string) => string): string {
  const content = change(line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '}'))
  return `${content.slice(0, -1)},"hash":"${hash('sha256', content)}"}`
}

function KEYS_OF_SOMEBODY() {
  return readSigningKeys(
    JSON.stringify({
      kty: 'OKP',
      crv: 'Ed25519',
      d: 'TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs',
      x: 'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw',
    }),
  )
}
