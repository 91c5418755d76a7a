import { type DependencyStatus, type Probe, ProbeRunner } from './probe-runner.ts'

export type HealthState = 'starting' | 'ready' | 'draining'

export interface HealthOptions {
  name: string
  version: string
  /** What the server cannot work without. */
  probes?: Readonly<Record<string, Probe>>
  /** What it works without, only worse: reported as `degraded`, never as broken. */
  optional?: Readonly<Record<string, Probe>>
  /** Milliseconds one probe may take. Default 1000. */
  probeTimeout?: number
  /** Milliseconds for which an answer of a probe is good, so that asking often costs nothing. Default 1000. */
  cacheFor?: number
  /** Called when a dependency fails or recovers, with the error as it was. For the log, not for strangers. */
  onChange?(name: string, status: DependencyStatus, error?: unknown): void
}

export interface Liveness {
  status: 'ok'
  name: string
  version: string
  /** Seconds. */
  uptime: number
  state: HealthState
}

export interface Readiness {
  /** Anything but `ready` is answered with 503. */
  status: 'starting' | 'ready' | 'draining' | 'broken'
  name: string
  version: string
  dependencies: Record<string, DependencyStatus>
}

export interface Health {
  readonly state: HealthState
  /** Whether the process lives; says nothing of its dependencies, because a restart would not mend them. */
  live(): Liveness
  /** Whether calls should come here. Resolves within `probeTimeout` and never rejects. */
  ready(): Promise<Readiness>
  set(state: HealthState): void
  /** Watch one more dependency. Throws a TypeError when the name is taken. */
  add(name: string, probe: Probe, options?: { optional?: boolean }): void
}

/** What `/health` and `/ready` answer; knows nothing of HTTP. Begins as `starting`. */
export function createHealth(options: HealthOptions): Health {
  const { name, version, probes = {}, optional = {}, probeTimeout = 1000, cacheFor = 1000 } = options
  const startedAt = performance.now()
  const runners = new Map<string, ProbeRunner>()
  let state: HealthState = 'starting'

  function add(dependency: string, probe: Probe, { optional = false }: { optional?: boolean } = {}): void {
    if (runners.has(dependency)) throw new TypeError(`Two probes are called "${dependency}"`)
    const onChange = options.onChange ?? (() => {})
    const settings = { name: dependency, probe, optional, timeout: probeTimeout, cacheFor, onChange }
    runners.set(dependency, new ProbeRunner(settings))
  }
  for (const [dependency, probe] of Object.entries(probes)) add(dependency, probe)
  for (const [dependency, probe] of Object.entries(optional)) add(dependency, probe, { optional: true })

  return {
    get state() {
      return state
    },
    live: () => ({
      status: 'ok',
      name,
      version,
      uptime: Math.round((performance.now() - startedAt) / 1000),
      state,
    }),
    async ready() {
      const found = await Promise.all(
        Array.from(runners, async ([dependency, runner]) => [dependency, await runner.status()] as const),
      )
      const isBroken = found.some(([, dependency]) => dependency.status === 'down')
      return {
        status: state === 'ready' && isBroken ? 'broken' : state,
        name,
        version,
        dependencies: Object.fromEntries(found),
      }
    },
    set(next) {
      state = next
    },
    add,
  }
}
