import { expect, test } from 'vitest'
import { Turns, type TurnsOptions } from '../src/index.ts'

function turns(options: Partial<TurnsOptions> = {}) {
  return new Turns({
    mostOf: () => 2,
    mostAt: () => 3,
    mostOfAt: () => 2,
    waiting: 2,
    patience: 60_000,
    ...options,
  })
}

test('a party with its share waits while another goes on at once', async () => {
  const queue = turns()
  expect([queue.enter('a', 'x'), queue.enter('a', 'x')]).toEqual([true, true])
  const third = queue.enter('a', 'x')
  expect(third).toBeInstanceOf(Promise)
  expect(queue.enter('b', 'x')).toBe(true)
  queue.leave('a', 'x')
  expect(await third).toBe(true)
})

test('more than may wait are refused at once', () => {
  const queue = turns()
  const all = Array.from({ length: 5 }, () => queue.enter('a', 'x'))
  expect(all.map((each) => (each instanceof Promise ? 'waits' : each))).toEqual([
    true,
    true,
    'waits',
    'waits',
    false,
  ])
  expect([queue.inFlight, queue.waiting]).toEqual([2, 2])
})

test('room goes to who uses the least of their share, and in turn among equals', async () => {
  const queue = turns({ mostOf: (party) => (party === 'big' ? 4 : 2), mostAt: () => 4, mostOfAt: () => 4 })
  for (let call = 0; call < 3; call++) queue.enter('big', 'x')
  queue.enter('a', 'x')
  const order: string[] = []
  const waits = ['big', 'a', 'b', 'c'].map(async (party) => {
    if (await queue.enter(party, 'x')) order.push(party)
  })
  for (const leaves of ['big', 'big', 'big', 'a']) {
    queue.leave(leaves, 'x')
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(waits)
  expect(order).toEqual(['b', 'c', 'big', 'a'])
})

test('who waits too long, or does not wait any longer, has no turn and takes no room', async () => {
  const queue = turns({ patience: 5 })
  queue.enter('a', 'x')
  queue.enter('a', 'x')
  expect(await queue.enter('a', 'x')).toBe(false)
  const listeners: (() => void)[] = []
  const gone = queue.enter('a', 'x', (listener) => {
    listeners.push(listener)
    return () => {}
  })
  for (const listener of listeners) listener()
  expect(await gone).toBe(false)
  expect(queue.waiting).toBe(0)
  queue.leave('a', 'x')
  expect(queue.enter('a', 'x')).toBe(true)
})

test('who has gone before there is a turn to wait for has none, and nobody else notices', async () => {
  const queue = turns()
  queue.enter('a', 'x')
  queue.enter('a', 'x')
  const gone = queue.enter('a', 'x', (listener) => {
    listener()
    return () => {}
  })
  expect(await gone).toBe(false)
  expect(queue.waiting).toBe(0)
  queue.leave('a', 'x')
  expect(queue.enter('b', 'x')).toBe(true)
  queue.leave('b', 'x')
  expect(queue.enter('a', 'x')).toBe(true)
})

test('one that leaves makes room for its party elsewhere and for others at its place', async () => {
  const queue = turns({ mostAt: () => 2 })
  queue.enter('a', 'x')
  queue.enter('a', 'x')
  const waiting = [queue.enter('a', 'y'), queue.enter('b', 'x')]
  queue.leave('a', 'x')
  expect(await Promise.all(waiting)).toEqual([true, true])
})
