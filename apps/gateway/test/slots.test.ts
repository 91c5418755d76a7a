import { expect, test } from 'vitest'
import { NOWHERE, Slots } from '../src/policy/slots.ts'

const thing = (name: string) => ({ name, slot: NOWHERE })

test('what is added is there until it is removed, in whatever order', () => {
  const slots = new Slots<ReturnType<typeof thing>>()
  const [a, b, c, d] = [thing('a'), thing('b'), thing('c'), thing('d')]
  for (const each of [a, b, c, d]) slots.add(each)
  const names = () =>
    slots
      .all()
      .map(({ name }) => name)
      .sort()
  slots.remove(b)
  expect(names()).toEqual(['a', 'c', 'd'])
  // It was moved to where `b` was.
  slots.remove(d)
  expect(names()).toEqual(['a', 'c'])
  slots.remove(a)
  slots.remove(c)
  expect(names()).toEqual([])
  slots.add(b)
  expect(names()).toEqual(['b'])
})

test('removing twice removes nothing else', () => {
  const slots = new Slots<ReturnType<typeof thing>>()
  const [a, b] = [thing('a'), thing('b')]
  slots.add(a)
  slots.remove(a)
  slots.add(b)
  slots.remove(a)
  expect(slots.all()).toEqual([b])
})

test('what is gone through stays as it was when that began', () => {
  const slots = new Slots<ReturnType<typeof thing>>()
  const [a, b] = [thing('a'), thing('b')]
  slots.add(a)
  slots.add(b)
  const seen: string[] = []
  for (const each of slots.all()) {
    seen.push(each.name)
    slots.remove(a)
    slots.remove(b)
  }
  expect(seen).toEqual(['a', 'b'])
})
