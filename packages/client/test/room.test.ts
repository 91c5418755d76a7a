import { expect, test } from 'vitest'
import { MOST_WAITING, Room } from '../src/room.ts'

test('room is given back while somebody is waited for, and taken again after', async () => {
  const room = new Room(1)
  const place = room.enter()
  const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const waits = [one, other].map(({ promise }) => place.whileWaiting(() => promise))
  expect(room.isFull).toBe(false)
  one.resolve()
  await waits[0]
  expect(room.isFull).toBe(false)
  other.resolve()
  await waits[1]
  expect(room.isFull).toBe(true)
  place.leave()
  expect(room.isFull).toBe(false)
})

test('who waited comes back though others have taken the room, who then count beside', async () => {
  const room = new Room(1)
  const thinking = Promise.withResolvers<void>()
  const first = room.enter()
  const waited = first.whileWaiting(() => thinking.promise)
  const second = room.enter()
  thinking.resolve()
  await waited
  second.leave()
  expect(room.isFull).toBe(true)
})

test('who leaves while they wait leaves once, whatever comes of it later', async () => {
  const room = new Room(1)
  const thinking = Promise.withResolvers<void>()
  const place = room.enter()
  const waited = place.whileWaiting(() => thinking.promise)
  place.leave()
  room.enter()
  expect(room.isFull).toBe(true)
  thinking.reject(new Error('gone'))
  await expect(waited).rejects.toThrow('gone')
  expect(room.isFull).toBe(true)
})

test('no more wait outside than may', () => {
  const room = new Room(1)
  const wait = () => new Promise<void>(() => {})
  for (let requests = 0; requests < MOST_WAITING; requests++) void room.enter().whileWaiting(wait)
  expect(room.isFull).toBe(false)
  void room.enter().whileWaiting(wait)
  expect(room.isFull).toBe(true)
})
