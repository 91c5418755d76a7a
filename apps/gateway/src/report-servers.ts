import type { Health } from '@atoll/health'
import type { Telemetry } from '@atoll/telemetry'
import type { Fleet } from './fleet.ts'
import type { Upstream } from './upstream.ts'

/** Servers show in `/ready` and `/metrics`, but one that is down does not make the gateway unready. */
export function reportServers({ upstreams }: Fleet, health: Health, telemetry: Telemetry): void {
  for (const upstream of upstreams) {
    const probe = async () => {
      if (upstream.state !== 'up') throw upstream.failure?.error ?? new Error('It was not reached yet')
    }
    health.add(upstream.name, probe, { optional: true })
  }
  const each = (value: (upstream: Upstream) => number) =>
    upstreams.map((upstream) => ({ labels: { server: upstream.name }, value: value(upstream) }))
  telemetry.gauge(
    'atoll_gateway_server_up',
    'Whether the last look at a server found it usable.',
    () => each(({ state }) => (state === 'up' ? 1 : 0)),
    ['server'],
  )
  telemetry.gauge(
    'atoll_gateway_instances',
    'Instances of a server by what the last look found: healthy, degraded, unhealthy, unknown, or draining.',
    () => upstreams.flatMap(instancesOf),
    ['server', 'health'],
  )
  telemetry.gauge(
    'atoll_gateway_breakers',
    'Instances of a server by the state of their circuit breaker: closed, open, or half-open.',
    () => upstreams.flatMap(breakersOf),
    ['server', 'state'],
  )
  telemetry.gauge(
    'atoll_gateway_catalogue_age_seconds',
    'How long ago the lists of a server were last found to be right.',
    () => each(({ takenAt }) => (takenAt === undefined ? Number.NaN : (Date.now() - takenAt) / 1000)),
    ['server'],
  )
}

const BREAKER_STATES = ['closed', 'open', 'half-open'] as const

function breakersOf({ name, client }: Upstream) {
  return BREAKER_STATES.map((state) => ({
    labels: { server: name, state },
    value: client.instances.filter(({ breaker }) => breaker === state).length,
  }))
}

const STATES = ['healthy', 'degraded', 'unhealthy', 'unknown', 'draining'] as const

function instancesOf({ name, client }: Upstream) {
  const states = client.instances.map(({ health, isDraining }) => (isDraining ? 'draining' : health))
  return STATES.map((state) => ({
    labels: { server: name, health: state },
    value: states.filter((each) => each === state).length,
  }))
}
