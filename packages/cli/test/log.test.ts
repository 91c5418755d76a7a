import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LogFile } from '../src/process/log-file.ts'
import { prettyLogLine, readLogLine } from '../src/process/log-line.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

test('reads what matters of a log line', () => {
  expect(readLogLine('{"level":30,"msg":"Ready"}')).toEqual({ level: undefined, text: 'Ready' })
  expect(readLogLine('{"level":50,"msg":"No","err":{"message":"disk"}}')).toEqual({
    level: 'error',
    text: 'No: disk',
  })
  expect(readLogLine('{"level":40,"err":{"message":"slow"}}')).toEqual({ level: 'warning', text: 'slow' })
  expect(readLogLine('{"level":"warn","msg":"slow"}')).toEqual({ level: 'warning', text: 'slow' })
  expect(readLogLine('plain')).toEqual({ level: undefined, text: 'plain' })
  expect(readLogLine('{"level"')).toEqual({ level: undefined, text: '{"level"' })
})

test('makes a log line readable', () => {
  const line = {
    level: 'error',
    time: '2026-11-21T11:20:27.108Z',
    service: 'hr',
    pid: 1,
    tool: 'x',
    ms: 3,
    msg: 'No',
  }
  expect(prettyLogLine(JSON.stringify(line))).toBe('11:20:27 ERROR No tool=x ms=3')
  expect(prettyLogLine('{ "not": "a log" }')).toBe('{ "not": "a log" }')
})

test('keeps lines in its file and the newest in memory, and starts another file in time', async () => {
  const path = join(await temporaryFolder(), 'hr.log')
  const log = new LogFile(path, () => {})
  const line = 'x'.repeat(1024 * 1024)
  for (let index = 0; index < 22; index += 1) log.write(line)
  log.write('the end')
  expect(log.last(1)).toEqual(['the end'])
  await log.close()
  expect(await readFile(path, 'utf8')).toMatch(/the end\n$/)
  await expect.poll(async () => (await stat(`${path}.1`)).size).toBeGreaterThan(20 * 1024 * 1024)
})

test('goes on without a file that cannot be written', async () => {
  const troubles: string[] = []
  const log = new LogFile('/dev/full', (error) => troubles.push(error.message))
  log.write('one')
  await expect.poll(() => troubles).toHaveLength(1)
  log.write('two')
  expect(troubles[0]).toContain('ENOSPC')
  expect(log.last(2)).toEqual(['one', 'two'])
  await log.close()
})
