import { parseEnvironment } from '@atoll/server-kit'
import { testDatabase, testServer } from '@atoll/testing'
import { expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { prepareQueue } from '../../src/jobs/prepare-queue.ts'
import { server as definition } from '../../src/server.ts'
import { alice, Exchange, textOf } from '../desk.ts'

test('a server that starts before its queue is there is unready, and makes reports once it is', async () => {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'reports', migrations })
  let check: (() => Promise<void>) | undefined
  const server = await testServer(definition, {
    exchange: new Exchange(),
    connect: async (context) => {
      const env = { DATABASE_URL: appUrl, GATEWAY_URL: 'http://127.0.0.1:9/mcp' }
      const connected = await definition.domain.connect(
        parseEnvironment(definition.domain.config, env),
        context,
      )
      check = () => connected.probes?.queue?.(context.signal) ?? Promise.resolve()
      return connected
    },
  })
  await expect(check?.()).rejects.toThrow('not ready')
  const early = await server.call('generate_report', { type: 'headcount' }, { as: alice })
  expect(textOf(early)).toContain('UNAVAILABLE')
  await prepareQueue({ ownerUrl, appRole: decodeURIComponent(new URL(appUrl).username) })
  await expect
    .poll(
      () =>
        check?.().then(
          () => 'ready',
          () => 'not yet',
        ),
      { timeout: 20_000 },
    )
    .toBe('ready')
  const made = await server.call('generate_report', { type: 'headcount' }, { as: alice })
  // Nothing listens at the gateway's address, which the report says.
  expect(made.structuredContent).toMatchObject({
    ready: true,
    content: { sections: Array(4).fill({ status: 'unavailable' }) },
  })
  await server.close()
  await close()
})
