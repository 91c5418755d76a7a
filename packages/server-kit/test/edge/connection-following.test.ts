import { expect, test, vi } from 'vitest'
import { ConnectionFollowing } from '../../src/edge/connection-following.ts'
import type { Following, Service } from '../../src/edge/service.ts'

const URI = 'x://a'
const ALICE = { subject: 'alice' } as never

/** A service that says when it is asked whether it follows something. */
function start() {
  const begun: { answer(uris?: string[]): void; stop: Following['stop'] }[] = []
  const follow: NonNullable<Service['follow']> = () => {
    const { promise, resolve } = Promise.withResolvers<Following>()
    const stop = vi.fn()
    begun.push({
      answer: (resourceSubscriptions = [URI]) => resolve({ resourceSubscriptions, taskIds: [], stop }),
      stop,
    })
    return promise
  }
  const connection = new ConnectionFollowing(follow, () => {})
  const subscribe = () => connection.subscribe(URI, ALICE, 'request')
  return { connection, subscribe, begun }
}

test('what is given up while it begins is not followed', async () => {
  const { connection, subscribe, begun } = start()
  const subscribed = subscribe()
  connection.unsubscribe(URI)
  begun[0]?.answer()
  await subscribed
  expect(begun[0]?.stop).toHaveBeenCalledOnce()
})

test('what is given up while it begins a second time is not followed either time', async () => {
  const { connection, subscribe, begun } = start()
  const first = subscribe()
  begun[0]?.answer()
  await first
  const second = subscribe()
  connection.unsubscribe(URI)
  begun[1]?.answer()
  await second
  expect(begun.map(({ stop }) => wasCalled(stop))).toEqual([true, true])
})

test('what is subscribed to again after it was given up is followed', async () => {
  const { connection, subscribe, begun } = start()
  const first = subscribe()
  connection.unsubscribe(URI)
  const second = subscribe()
  begun[1]?.answer()
  await second
  begun[0]?.answer()
  await first
  expect(begun[0]?.stop).toHaveBeenCalledOnce()
  expect(begun[1]?.stop).not.toHaveBeenCalled()
  connection.unsubscribe(URI)
  expect(begun[1]?.stop).toHaveBeenCalledOnce()
})

test('what cannot be followed is refused though another asks for it at the same time', async () => {
  const { subscribe, begun } = start()
  const first = subscribe()
  const second = subscribe()
  begun[0]?.answer([])
  await expect(first).rejects.toThrow('Cannot subscribe to this resource')
  begun[1]?.answer()
  await second
  expect(begun.map(({ stop }) => wasCalled(stop))).toEqual([true, false])
})

function wasCalled(stop: unknown): boolean {
  return vi.isMockFunction(stop) && stop.mock.calls.length > 0
}
