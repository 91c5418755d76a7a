import { UnavailableError } from '@atoll/errors'
import { describe, expect, it, vi } from 'vitest'
import { createHealth, type DependencyStatus, type HealthOptions, type Probe } from '../src/index.ts'

const fine: Probe = async () => {}
const broken: Probe = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432 as app/hunter2'))
/** Pays no attention to its signal, as drivers do. */
const hanging: Probe = () => new Promise(() => {})

function health(options: Partial<HealthOptions> = {}) {
  const made = createHealth({ name: 'orders', version: '1.2.3', ...options })
  made.set('ready')
  return made
}

describe('liveness', () => {
  it('says who lives, since when and in which state, and asks no dependency', () => {
    const probe = vi.fn(fine)
    const made = createHealth({ name: 'orders', version: '1.2.3', probes: { database: probe } })
    expect(made.live()).toEqual({
      status: 'ok',
      name: 'orders',
      version: '1.2.3',
      uptime: expect.any(Number),
      state: 'starting',
    })
    made.set('draining')
    expect(made.live()).toMatchObject({ status: 'ok', state: 'draining' })
    expect(probe).not.toHaveBeenCalled()
  })
})

describe('readiness', () => {
  it('is ready when everything it needs answers, with the latency of each', async () => {
    expect(await health({ probes: { database: fine } }).ready()).toEqual({
      status: 'ready',
      name: 'orders',
      version: '1.2.3',
      dependencies: { database: { status: 'up', latencyMs: expect.any(Number) } },
    })
  })

  it.each(['starting', 'draining'] as const)(
    'is not ready while %s, though everything answers',
    async (state) => {
      const made = health({ probes: { database: fine } })
      made.set(state)
      expect(await made.ready()).toMatchObject({
        status: state,
        dependencies: { database: { status: 'up' } },
      })
    },
  )

  it('is broken when something it needs does not answer', async () => {
    const report = await health({ probes: { database: broken, search: fine } }).ready()
    expect(report.status).toBe('broken')
    expect(report.dependencies.database).toMatchObject({ status: 'down' })
    expect(report.dependencies.search).toMatchObject({ status: 'up' })
  })

  it('stays ready, degraded, without what it can do without', async () => {
    const report = await health({ probes: { database: fine }, optional: { redis: broken } }).ready()
    expect(report.status).toBe('ready')
    expect(report.dependencies.redis).toMatchObject({ status: 'degraded', error: 'not usable' })
  })

  it('includes what is added later, and refuses a name twice', async () => {
    const made = health()
    made.add('database', fine)
    made.add('redis', broken, { optional: true })
    expect((await made.ready()).dependencies).toMatchObject({
      database: { status: 'up' },
      redis: { status: 'degraded' },
    })
    expect(() => made.add('redis', fine)).toThrow(TypeError)
  })

  it('survives a probe that throws instead of rejecting', async () => {
    const throws = () => {
      throw new Error('no')
    }
    expect((await health({ probes: { database: throws } }).ready()).status).toBe('broken')
  })
})

describe('what is said of a failure', () => {
  it.each([
    [
      'a refused connection',
      Object.assign(new Error('connect 10.0.0.7'), { code: 'ECONNREFUSED' }),
      'connection refused',
    ],
    ['a wrong password', Object.assign(new Error('user "app"'), { code: '28P01' }), 'the password is wrong'],
    [
      'a cause',
      new Error('outer', { cause: Object.assign(new Error('redis.internal'), { code: 'ENOTFOUND' }) }),
      'host name not found',
    ],
    [
      'several addresses',
      new AggregateError([Object.assign(new Error('::1'), { code: 'ECONNREFUSED' })]),
      'connection refused',
    ],
    ['our own errors', new UnavailableError('Search works by text only.'), 'Search works by text only.'],
    ['anything else', new Error('secret host and password'), 'not usable'],
    ['what is no error', 'secret', 'not usable'],
  ])('of %s is safe to show', async (_what, error, message) => {
    const report = await health({ probes: { database: () => Promise.reject(error) } }).ready()
    expect(report.dependencies.database?.error).toBe(message)
  })

  it('is told whole to the operator, once when it begins and once when it ends', async () => {
    const changes: [string, DependencyStatus['status'], unknown][] = []
    const failure = new Error('connect to 10.0.0.7 refused')
    let fails = false
    const made = health({
      probes: { database: async () => (fails ? Promise.reject(failure) : undefined) },
      cacheFor: 0,
      onChange: (name, { status }, error) => changes.push([name, status, error]),
    })
    await made.ready()
    fails = true
    await made.ready()
    await made.ready()
    fails = false
    await made.ready()
    await made.ready()
    expect(changes).toEqual([
      ['database', 'down', failure],
      ['database', 'up', undefined],
    ])
  })
})

describe('probes', () => {
  it('run at the same time', async () => {
    const { promise: gate, resolve } = Promise.withResolvers<void>()
    // Each waits for the other to have begun.
    const report = health({ probes: { first: () => gate, second: async () => resolve() } }).ready()
    expect((await report).status).toBe('ready')
  })

  it('are asked once for many who ask at once, and not again for a while', async () => {
    const probe = vi.fn(fine)
    const made = health({ probes: { database: probe } })
    await Promise.all([made.ready(), made.ready(), made.ready()])
    await made.ready()
    expect(probe).toHaveBeenCalledTimes(1)
  })

  it('are asked again when their answer is old', async () => {
    const probe = vi.fn(fine)
    const made = health({ probes: { database: probe }, cacheFor: 0 })
    await made.ready()
    await made.ready()
    expect(probe).toHaveBeenCalledTimes(2)
  })

  it('have a deadline, at which their signal aborts', async () => {
    let aborted = false
    const probe: Probe = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true
          reject(signal.reason)
        })
      })
    const report = await health({ probes: { database: probe }, probeTimeout: 20 }).ready()
    expect(report.dependencies.database).toEqual({
      status: 'down',
      latencyMs: 20,
      error: 'no answer within 20 ms',
    })
    expect(aborted).toBe(true)
  })

  it('that hang do not pile up, and do not hide the others', async () => {
    const probe = vi.fn(hanging)
    const made = health({ probes: { database: probe, search: fine }, probeTimeout: 20, cacheFor: 0 })
    for (let asked = 0; asked < 5; asked++) {
      const { dependencies } = await made.ready()
      expect(dependencies).toMatchObject({ database: { status: 'down' }, search: { status: 'up' } })
    }
    expect(probe).toHaveBeenCalledTimes(1)
  })

  it('that hung are asked again once they answered', async () => {
    const { promise: gate, resolve } = Promise.withResolvers<void>()
    const probe = vi.fn<Probe>(() => gate)
    const made = health({ probes: { database: probe }, probeTimeout: 20, cacheFor: 0 })
    expect((await made.ready()).status).toBe('broken')
    resolve()
    await new Promise(setImmediate)
    expect((await made.ready()).status).toBe('ready')
    expect(probe).toHaveBeenCalledTimes(2)
  })

  it('that never answer are given up after thirty deadlines', async () => {
    vi.useFakeTimers()
    try {
      const probe = vi.fn(hanging)
      const made = health({ probes: { database: probe }, probeTimeout: 1000, cacheFor: 0 })
      const first = made.ready()
      await vi.advanceTimersByTimeAsync(1000)
      expect((await first).status).toBe('broken')
      await vi.advanceTimersByTimeAsync(28_000)
      await made.ready()
      expect(probe).toHaveBeenCalledTimes(1)
      await vi.advanceTimersByTimeAsync(1000)
      const last = made.ready()
      await vi.advanceTimersByTimeAsync(1000)
      expect((await last).status).toBe('broken')
      expect(probe).toHaveBeenCalledTimes(2)
    } finally {
      vi.useRealTimers()
    }
  })
})
