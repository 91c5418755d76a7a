import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const source = new URL('../../src/embeddings/embedded-model.ts', import.meta.url)

/** Runs `code` in a process of its own, with a model that has just been asked for a lot. */
async function leave(code: string): Promise<string> {
  const script = `
    import { createEmbeddedModel } from '${source}'
    const model = createEmbeddedModel({ threads: 1 })
    await model.warm()
    const leaving = new AbortController()
    const asked = model.embed(Array(200).fill('a long text '.repeat(50)), { signal: leaving.signal })
    asked.catch(() => {})
    await model.embed(['short'], { signal: AbortSignal.timeout(60_000) })
    console.log('asked')
    ${code}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return stdout
}

test('a process may leave in the middle of a run', async () => {
  expect(await leave('process.exit(0)')).toBe('asked\n')
})

test('a process ends by itself once nobody waits for vectors', async () => {
  expect(await leave('leaving.abort()')).toBe('asked\n')
})

test('a model may be closed in the middle of a run', async () => {
  expect(await leave(`await model.close(); console.log('closed')`)).toBe('asked\nclosed\n')
})
