import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { SharedGenerations } from '../../src/shared-generations.ts'

const url = process.env.TEST_REDIS_URL ?? ''
const PATIENT = { timeout: 20_000 }

async function open(prefix: string): Promise<SharedGenerations> {
  const { promise: live, resolve } = Promise.withResolvers<void>()
  const ignore = () => {}
  const options = { commandTimeout: 1000, trustFor: 3_600_000, onError: ignore, onRecover: ignore }
  const generations = new SharedGenerations({ url, prefix, ...options, onLive: resolve })
  await live
  return generations
}

// Needs a Redis: set TEST_REDIS_URL.
describe.skipIf(url === '')('the generations of tags', () => {
  it('are not remembered when a change was heard of while the answer was on its way', async () => {
    const prefix = `atoll:test:${randomUUID()}`
    const [here, there] = await Promise.all([open(prefix), open(prefix)])
    try {
      const before = await there.load(['a'])
      const { link } = here
      const run = link.run.bind(link)
      vi.spyOn(link, 'run').mockImplementationOnce(async (send) => {
        const answer = await run(send)
        const heard = here.changes
        await there.advance(['a'])
        await vi.waitFor(() => expect(here.changes).toBeGreaterThan(heard), PATIENT)
        return answer
      })
      expect(await here.load(['a'])).toBe(before)
      expect(here.current(['a'])).toBeUndefined()
      const after = await here.load(['a'])
      expect(after).not.toBe(before)
      expect(here.current(['a'])).toBe(after)
      expect(await there.load(['a'])).toBe(after)
    } finally {
      await here.link.commands.del(`${prefix}:tag:a`)
      here.link.close()
      there.link.close()
    }
  })
})
