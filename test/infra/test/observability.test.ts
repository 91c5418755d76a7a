import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository, sourcesOf, text, yaml } from '../src/files.ts'

const folder = join(repository, 'infra/observability')
const compose = yaml('infra/docker/compose.yaml')

describe('Prometheus', () => {
  const config = yaml('infra/observability/prometheus.yaml')
  const { groups } = yaml('infra/observability/alerts.yaml')
  const alerts: { alert: string }[] = groups.flatMap((group: { rules: object[] }) => group.rules)

  it('looks at every server of the compose file, at its port', () => {
    const [{ static_configs }] = config.scrape_configs.filter(
      (job: { job_name: string }) => job.job_name === 'atoll',
    )
    const looked = static_configs.map(
      ({ targets, labels }: { targets: string[]; labels: { service: string } }) => {
        expect(targets[0]).toMatch(new RegExp(`^${labels.service}:`))
        return targets[0]
      },
    )
    const servers = Object.entries(compose.services).filter(([, service]) => {
      const { environment = {} } = service as { environment?: object }
      return 'PORT' in environment
    })
    expect(looked.sort()).toEqual(
      servers
        .map(
          ([name, service]) => `${name}:${(service as { environment: { PORT: string } }).environment.PORT}`,
        )
        .sort(),
    )
  })

  it('reads the alerts from where they are mounted', () => {
    for (const file of config.rule_files) {
      const mounts = compose.services.prometheus.volumes.filter(
        (volume: string) => volume.split(':')[1] === file,
      )
      expect(mounts).toHaveLength(1)
    }
  })

  it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s says how bad it is, what happened and what to do',
    (_, alert) => {
      expect(alert).toMatchObject({
        labels: { severity: expect.stringMatching(/^(warning|critical)$/) },
        annotations: { summary: expect.any(String), description: expect.stringMatching(/\. .+\.$/) },
      })
    },
  )

  it('asks only for metrics that the servers have', () => {
    const sources = sourcesOf('gateway')
    const names = new Set(text('infra/observability/alerts.yaml').match(/\b(atoll|mcp)_\w+/g))
    expect(names.size).toBeGreaterThan(2)
    for (const name of names) {
      const dotted = name.replace(/_seconds(_bucket|_count|_sum)?$/, '').replaceAll('_', '.')
      expect(sources.includes(`'${name}'`) || sources.includes(`'${dotted}'`), name).toBe(true)
    }
  })

  const hasPromtool = spawnSync('promtool', ['--version']).status === 0
  it.skipIf(!hasPromtool)(
    'has a configuration and alerts that promtool accepts, and alerts that fire when they should',
    () => {
      const promtool = (...args: string[]) =>
        execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
      expect(promtool('check', 'config', '--syntax-only', 'prometheus.yaml')).toContain('SUCCESS')
      expect(promtool('check', 'rules', 'alerts.yaml')).toContain('SUCCESS')
      expect(promtool('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS')
    },
  )
})

describe('the collector', () => {
  const { service, ...components } = yaml('infra/observability/collector.yaml')

  it('declares every part of its pipelines and uses every part it declares', () => {
    const used: Record<string, Set<string>> = {
      receivers: new Set(),
      processors: new Set(),
      exporters: new Set(),
    }
    for (const pipeline of Object.values(service.pipelines) as Record<string, string[]>[]) {
      for (const [kind, names] of Object.entries(pipeline)) for (const name of names) used[kind]?.add(name)
    }
    for (const [kind, names] of Object.entries(used))
      expect([...names].sort()).toEqual(Object.keys(components[kind]).sort())
  })

  it('takes what the servers send and passes it to Jaeger', () => {
    expect(components.receivers.otlp.protocols.grpc.endpoint).toBe('0.0.0.0:4317')
    expect(compose.services.hr.environment.OTEL_EXPORTER_OTLP_ENDPOINT).toBe('http://collector:4317')
    expect(components.exporters['otlp/jaeger'].endpoint).toBe('jaeger:4317')
  })
})
