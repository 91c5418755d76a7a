import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryLock, waitForLock } from '../src/process/lock.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = await temporaryFolder()

test('only one holds a lock; the next gets it when it is released', async () => {
  const first = await tryLock(folder, 'a')
  expect(first).toBeDefined()
  expect(await tryLock(folder, 'a')).toBeUndefined()
  expect(await tryLock(folder, 'b')).toBeDefined()
  const order: string[] = []
  const waiting = waitForLock(folder, 'a').then((lock) => {
    order.push('got it')
    lock.release()
  })
  order.push('released')
  first?.release()
  await waiting
  expect(order).toEqual(['released', 'got it'])
})

test('a lock goes with its holder, also by kill -9', async () => {
  const module = join(import.meta.dirname, '../src/process/lock.ts')
  const script = `const { tryLock } = await import(${JSON.stringify(module)})
    await tryLock(${JSON.stringify(folder)}, 'c'); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(await tryLock(folder, 'c')).toBeUndefined()
  const waiting = waitForLock(folder, 'c')
  child.kill('SIGKILL')
  ;(await waiting).release()
})

test('gives up waiting when told to', async () => {
  const held = await tryLock(folder, 'd')
  const abort = new AbortController()
  const waiting = waitForLock(folder, 'd', abort.signal)
  abort.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  held?.release()
})
