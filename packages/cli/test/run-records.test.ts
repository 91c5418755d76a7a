import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@atoll/tooling/free-port'
import { expect, test } from 'vitest'
import { endProcesses } from '../src/process/end-process.ts'
import { portHolder, portState } from '../src/process/port.ts'
import { processInfo } from '../src/process/process-info.ts'
import { liveRuns, recordRun } from '../src/process/run-records.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

async function child(script: string) {
  const process_ = spawn(process.execPath, [
    '-e',
    `${script}; console.log('up'); setInterval(() => {}, 1000)`,
  ])
  await once(process_.stdout, 'data')
  return { process: process_, pid: process_.pid ?? 0 }
}

test('recognises a recorded process until it ends, and never a later one with its pid', async () => {
  const home = await temporaryFolder()
  const { process: server, pid } = await child('')
  await recordRun(home, { name: 'hr', kind: 'server', pid })
  expect(await liveRuns(home)).toMatchObject([{ name: 'hr', pid }])

  const file = join(home, 'run', 'hr.json')
  const record = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify({ ...record, startTime: '1' }))
  expect(await liveRuns(home)).toEqual([])

  await recordRun(home, { name: 'hr', kind: 'server', pid })
  server.kill('SIGKILL')
  await once(server, 'exit')
  expect(await liveRuns(home)).toEqual([])
  expect(await readdir(join(home, 'run'))).toEqual([])
})

test('ends a process that ignores SIGTERM', async () => {
  const { process: stubborn, pid } = await child(`process.on('SIGTERM', () => {})`)
  const info = await processInfo(pid)
  const exited = once(stubborn, 'exit')
  await endProcesses(info ? [info] : [], 200)
  expect(await exited).toEqual([null, 'SIGKILL'])
})

test('leaves a process alone that merely has the pid', async () => {
  const { process: stranger, pid } = await child('')
  await endProcesses([{ pid, startTime: '1', command: [] }], 200)
  expect((await processInfo(pid))?.pid).toBe(pid)
  stranger.kill()
})

test('tells who holds a port', async () => {
  const port = await freePort()
  expect(await portState(port)).toBe('free')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  expect(await portState(port)).toBe('taken')
  expect((await portHolder(port))?.pid).toBe(process.pid)
  server.close()
})
