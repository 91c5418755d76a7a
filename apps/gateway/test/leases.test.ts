import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Lease, Leases } from '../src/finding/leases.ts'

const NOW = 1_000_000
const LIFETIME = 15_000
const AT = { server: 'till', url: 'http://127.0.0.1:4000/mcp', instance: 'one' }

beforeEach(() => void vi.useFakeTimers({ now: NOW }))
afterEach(() => void vi.useRealTimers())

function replica(tell: (lease: Lease) => void = () => {}) {
  let now: readonly Lease[] = []
  const leases = new Leases({
    lifetime: LIFETIME,
    isAllowed: () => true,
    onChange(_, held) {
      now = held
    },
    onAnnounce(lease, isNews) {
      if (isNews) tell(lease)
    },
  })
  onTestFinished(() => leases.close())
  return { leases, states: () => now.map(({ state }) => state) }
}

describe('a goodbye', () => {
  test('said at a replica whose clock is behind is heard at the others', () => {
    const here = replica()
    const there = replica((lease) => here.leases.learn(lease))
    here.leases.announce({ ...AT, state: 'ready' })
    there.leases.learn({ ...AT, state: 'ready', until: NOW + LIFETIME })
    vi.setSystemTime(NOW - 200)
    there.leases.announce({ ...AT, state: 'draining' })
    vi.setSystemTime(NOW + 300)
    expect(here.states()).toEqual(['draining'])
  })

  test('that was said while Redis was away is learned when it is back', () => {
    const here = replica()
    here.leases.learn({ ...AT, state: 'ready', until: NOW + LIFETIME })
    const goodbye: Lease = { ...AT, state: 'draining', until: NOW + 2_000 + LIFETIME }
    vi.setSystemTime(NOW + 5_000)
    here.leases.extendLearned()
    vi.setSystemTime(NOW + 10_000)
    here.leases.learn(goodbye)
    expect(here.states()).toEqual(['draining'])
  })

  test('of the process before at the same URL does not count', () => {
    const here = replica()
    here.leases.announce({ ...AT, instance: 'two', state: 'ready' })
    here.leases.learn({ ...AT, state: 'draining', until: NOW + LIFETIME - 1 })
    expect(here.states()).toEqual(['ready'])
  })
})

describe('while Redis is away', () => {
  function pass(looks: number, { leases }: ReturnType<typeof replica>) {
    for (let look = 0; look < looks; look++) {
      vi.advanceTimersByTime(LIFETIME / 3)
      leases.extendLearned()
    }
  }

  test('an instance whose heartbeats go to any replica stays', () => {
    const here = replica()
    here.leases.learn({ ...AT, state: 'ready', until: NOW + LIFETIME })
    here.leases.announce({ ...AT, state: 'ready' })
    pass(4, here)
    expect(here.states()).toEqual(['ready'])
  })

  test('one that only this replica ever heard of goes when it is silent', () => {
    const here = replica()
    here.leases.announce({ ...AT, state: 'ready' })
    pass(4, here)
    expect(here.states()).toEqual([])
  })
})
