import { expect, onTestFinished, test } from 'vitest'
import { type Follower, UserStreams } from '../src/listening/user-streams.ts'

const ALICE = { issuer: 'i', subject: 'alice', tenant: 'acme', scopes: [], roles: [], expiresAt: 9e9 }
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'

interface Listen {
  readonly signal: AbortSignal
  onNotification(method: string, params: object): void
}

/** The streams of users at a server that acknowledges everything; what it was asked for, in order. */
function start() {
  const asked: unknown[] = []
  const client = {
    name: 'board',
    listen(notifications: object, { signal, onNotification }: Listen) {
      asked.push(notifications)
      queueMicrotask(() => onNotification(ACKNOWLEDGED, { notifications }))
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    },
  }
  const upstream = {
    ...{ name: 'board', client, config: { name: 'board', timeout: 1000, streams: 500 } },
    discovery: { capabilities: { resources: { subscribe: true } } },
    onNews: () => () => {},
    isOwn: () => false,
    dropOwn() {},
    credentialsFor: () => ({ fresh: async () => ({ goodFor: 300_000 }) }),
  }
  const streams = new UserStreams(upstream as never)
  onTestFinished(() => streams.close())
  return { streams, asked }
}

/** Counts how often it is asked what it wants. */
function follower(uris: readonly string[], count: () => void = () => {}): Follower {
  return {
    principal: ALICE as never,
    get wants() {
      count()
      return { resourceSubscriptions: [...uris] }
    },
    hear() {},
  }
}

test('what is left to hear is worked out once when many clients leave together', async () => {
  const { streams, asked } = start()
  let counted = 0
  const leaving = Array.from({ length: 32 }, () => follower(['board://notes/1'], () => counted++))
  const staying = follower(['board://notes/1'])
  for (const each of [staying, ...leaving]) await streams.join(each)
  counted = 0
  for (const each of leaving) streams.leave(each)
  await new Promise(setImmediate)
  expect(counted).toBe(0)
  expect(streams.open).toBe(1)
  streams.leave(staying)
  expect(streams.open).toBe(0)
  expect(asked).toHaveLength(1)
})
