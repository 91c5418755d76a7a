import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChainedLog } from '@atoll/audit'
import { signingKeysFile } from '@atoll/auth'
import { createTelemetry } from '@atoll/telemetry'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPlace, type Place } from './support/command.ts'

let place: Place
beforeAll(async () => {
  place = await openPlace('plain')
})
afterAll(() => place[Symbol.asyncDispose]())

let folder = ''
let key = ''
const START = Date.now()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-cli-audit-'))
  key = join(folder, 'key.json')
  const { logger } = createTelemetry({ service: 'x', version: '1', env: { LOG_LEVEL: 'silent' }, output: 2 })
  const log = new ChainedLog({
    folder,
    name: 'gateway',
    about: { server: 'gateway' },
    keys: signingKeysFile(key),
    onFailure: 'refuse',
    fsync: false,
    segmentSize: 1e6,
    logger,
  })
  await log.start()
  for (let index = 0; index < 9; index += 1) {
    const isRefused = index % 4 === 0
    log.record({
      event: 'call',
      time: START + index * 1000,
      requestId: `req_${index}`,
      subject: index % 2 ? 'alice' : 'bob',
      tenant: 'acme',
      server: 'orders',
      kind: 'tool',
      name: 'orders__get_order',
      decision: isRefused ? 'refused' : 'allowed',
      rule: isRefused ? 'scope' : undefined,
      outcome: isRefused ? 'refused' : 'ok',
      durationMs: 1.25,
    })
  }
  await log.close()
})
afterEach(() => rm(folder, { recursive: true }))

function change(edit: (text: string) => string): void {
  const [file = ''] = readdirSync(folder).filter((each) => /\.\d{12}\.jsonl$/.test(each))
  const path = join(folder, file)
  writeFileSync(path, edit(readFileSync(path, 'utf8')))
}

describe('audit verify', () => {
  test('says that an audit is good, how far it is signed, and by whom', async () => {
    const { code, stdout } = await place.run(['audit', 'verify', folder, '--key', key])
    expect(stdout).toMatch(/^good {2}gateway\.[0-9a-f]{8}: records 1 to 12 in 1 file, closed by its writer\n/)
    expect(stdout).toMatch(/signed up to record 12, by \S+\n$/)
    expect(code).toBe(0)
  })

  test('says that nobody vouched for the key where none is named', async () => {
    const { stdout } = await place.run(['audit', 'verify', folder])
    expect(stdout).toContain('nobody vouched for the key: name it with --key')
  })

  test('names the record that was changed, and ends with 1', async () => {
    change((text) => text.replace('"requestId":"req_3"', '"requestId":"req_x"'))
    const { code, stdout } = await place.run(['audit', 'verify', folder, '--key', key])
    expect(stdout).toMatch(/^BAD /)
    expect(stdout).toMatch(
      /record 6 was changed after it was written {2}\(gateway\.[0-9a-f]{8}\.000000000001\.jsonl:6\)/,
    )
    expect(code).toBe(1)
  })

  test('tells scripts the same', async () => {
    change((text) => text.split('\n').slice(0, 7).join('\n').concat('\n'))
    const { code, stdout } = await place.run(['audit', 'verify', folder, '--key', key, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      good: false,
      chains: [{ last: 7, problems: [{ kind: 'cut', seq: 7 }] }],
    })
    expect(code).toBe(1)
  })

  test('takes a public key in PEM, and refuses signatures of another', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const other = join(folder, 'other.pem')
    writeFileSync(other, publicKey.export({ type: 'spki', format: 'pem' }))
    const { code, stdout } = await place.run(['audit', 'verify', folder, '--key', other])
    expect(stdout).toContain('is not among those that may sign')
    expect(code).toBe(1)
  })

  test.each([
    [['nowhere'], 'There is no '],
    [['.', '--key', 'nowhere.pem'], 'The key nowhere.pem cannot be read.'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await place.run(['audit', 'verify', ...args])
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })
})

describe('audit search', () => {
  const search = (...args: string[]) => place.run(['audit', 'search', '--dir', folder, ...args])

  test('shows people a table, newest first', async () => {
    const { code, stdout } = await search('--subject', 'bob', '--limit', '3')
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^TIME +WHO +TENANT +WHAT +OUTCOME +MS +REQUEST$/)
    expect(lines[1]).toMatch(/^\S+Z +bob +acme +orders__get_order +refused: scope +1\.3 +req_8$/)
    expect(lines.slice(1, 4).map((line) => line.split(' ').at(-1))).toEqual(['req_8', 'req_6', 'req_4'])
    expect(lines[4]).toContain('and more')
    expect(code).toBe(0)
  })

  test('shows scripts one entry a line', async () => {
    const since = new Date(START + 4000).toISOString()
    const { stdout } = await search(
      '--outcome',
      'ok',
      '--tool',
      'orders__get_order',
      '--since',
      since,
      '--json',
    )
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(entries.map(({ requestId }) => requestId)).toEqual(['req_7', 'req_6', 'req_5'])
  })

  test('ends with 1 where nothing was found', async () => {
    const { code, stdout } = await search('--subject', 'carol')
    expect(stdout).toBe('Nothing was found.\n')
    expect(code).toBe(1)
  })

  test.each([
    [['--since', 'yesterday'], '--since must be a time'],
    [['--limit', 'many'], '--limit must be a number'],
    [['--dir', 'nowhere'], 'There is no audit in '],
    [['--database', 'nowhere'], '--database must be a URL'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await search(...args)
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })
})
