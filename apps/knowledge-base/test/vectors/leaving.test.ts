import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const source = new URL('../../src/vectors/scan-thread.ts', import.meta.url)

/** Runs `code` in a process of its own, with a thread that has just been asked for many searches. */
async function leave(code: string): Promise<string> {
  const script = `
    import { setTimeout } from 'node:timers/promises'
    import { ScanThread, startScanWorker } from '${source}'
    const thread = new ScanThread(startScanWorker)
    // Vectors of 512 numbers, as array_send writes them.
    const embedding = () => {
      const stored = Buffer.alloc(20 + 512 * 8)
      for (let place = 20; place < stored.length; place += 8) {
        stored.writeInt32BE(4, place)
        stored.writeFloatBE(Math.random() - 0.5, place + 4)
      }
      return stored.toString('base64')
    }
    const rows = Array.from({ length: 8192 }, (_, passage) => ({
      passage, shelf: 1, document: 'one', changed: 0, embedding: embedding(),
    }))
    const key = 'all'
    await thread.ask({ kind: 'begin', key, dimensions: 512, replaces: 'everything' })
    await thread.ask({ kind: 'rows', key, rows })
    await thread.ask({ kind: 'commit', key })
    const vector = new Float32Array(512).fill(512 ** -0.5)
    const search = () => thread.ask({ kind: 'near', key, vector, shelves: [1], limit: 10 })
    const first = await search()
    console.log(first.passages.length)
    const goOn = async () => { for (;;) await search() }
    for (let callers = 0; callers < 16; callers += 1) goOn().catch(() => {})
    await setTimeout(50)
    ${code}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return stdout
}

test('a process may leave in the middle of a search', async () => {
  expect(await leave('process.exit(0)')).toBe('10\n')
})

test('a thread may be ended in the middle of a search', async () => {
  expect(await leave(`await thread.close(); console.log('closed')`)).toBe('10\nclosed\n')
})
