import { expect, test } from 'vitest'
import { Places, type Room } from '../src/edge/places.ts'

/** Says how many places of it are out. */
function room(most = Number.POSITIVE_INFINITY): Room & { out: number } {
  return {
    out: 0,
    goOut() {
      if (this.out >= most) return false
      this.out++
      return true
    },
    comeBack() {
      this.out--
    },
  }
}

test('places are given up while a caller is asked, and taken again after the last answer', async () => {
  const [gate, crowd] = [room(), room()]
  const request = new Places()
  request.add(gate)
  const call = new Places(request)
  call.add(crowd)
  const [one, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  const asks = [one, other].map(({ promise }) => call.whileAsked(() => promise))
  expect([gate.out, crowd.out]).toEqual([1, 1])
  one.resolve('yes')
  expect(await asks[0]).toBe('yes')
  expect([gate.out, crowd.out]).toEqual([1, 1])
  other.reject(new Error('No window to ask in'))
  await expect(asks[1]).rejects.toThrow('No window to ask in')
  expect([gate.out, crowd.out]).toEqual([0, 0])
})

test('those of another call of the same request are kept', async () => {
  const [mine, others] = [room(), room()]
  const request = new Places()
  const [call, other] = [new Places(request), new Places(request)]
  call.add(mine)
  other.add(others)
  void call.whileAsked(() => new Promise(() => {}))
  expect([mine.out, others.out]).toEqual([1, 0])
})

test('a place that is left meanwhile is left once', async () => {
  const gate = room()
  const places = new Places()
  places.add(gate)
  const thought = Promise.withResolvers<void>()
  const asked = places.whileAsked(() => thought.promise)
  places.remove(gate)
  expect(gate.out).toBe(0)
  thought.resolve()
  await asked
  expect(gate.out).toBe(0)
})

test('a place is kept where as many are out as may be', async () => {
  const gate = room(0)
  const places = new Places()
  places.add(gate)
  await places.whileAsked(async () => {})
  expect(gate.out).toBe(0)
})
