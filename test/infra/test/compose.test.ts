import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository, sourcesOf, text, yaml } from '../src/files.ts'

interface Service {
  image: string
  build?: { args: { APP: string } }
  command?: string[] | string
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: object
  secrets?: string[]
  ports?: string[]
  volumes?: string[]
  networks?: string[]
  [field: string]: unknown
}

const docker = join(repository, 'infra/docker')
const compose = yaml('infra/docker/compose.yaml') as {
  services: Record<string, Service>
  secrets: Record<string, { file: string }>
  networks: Record<string, { internal?: boolean }>
}
const services = Object.entries(compose.services)
const ours = services.filter(([, { build }]) => build)
const servers = ours.filter(([, { command }]) => command === undefined)
const jobs = ours.filter(([, { command }]) => command !== undefined)
const variables = [
  ...new Set([...text('infra/docker/compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name)),
]

describe('the compose file', () => {
  it('has every server, and a migration for each that keeps data', () => {
    expect(servers.map(([name]) => name).sort()).toEqual([
      'analytics',
      'gateway',
      'hr',
      'knowledge-base',
      'orders',
      'reports',
    ])
    for (const [name] of servers) {
      const keepsData = existsSync(join(repository, 'apps', name, 'migrations'))
      expect(jobs.some(([job]) => job === `${name}-migrate`)).toBe(keepsData)
    }
  })

  it.each(services)('%s comes from a version, not from whatever is latest', (_, { image, build }) => {
    if (!build) expect(image).toMatch(/:v?\d+[\w.-]*$/)
  })

  it.each(services)('%s waits only for what can happen', (_, { depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const awaited = compose.services[name]
      expect(awaited, name).toBeDefined()
      // Our images bring their own health check.
      if (condition === 'service_healthy') expect(awaited?.healthcheck ?? awaited?.build, name).toBeDefined()
      if (condition === 'service_completed_successfully') expect(awaited?.restart, name).toBe('no')
    }
  })

  it.each(ours)('%s runs read-only, without capabilities or new privileges, within limits', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.any(String),
    })
    expect(service).not.toHaveProperty('privileged')
    expect(service).not.toHaveProperty('user')
  })

  it('gives the credentials of an owner to jobs alone, and to each its own', () => {
    const withOwner = services.filter(([name, { environment = {} }]) => {
      return name !== 'postgres' && JSON.stringify(environment).includes('_OWNER_')
    })
    expect(withOwner).toEqual(jobs)
    for (const [name, { environment = {}, build }] of ours) {
      const domain = build?.args.APP.toUpperCase().replaceAll('-', '_')
      const passwords = JSON.stringify(environment).matchAll(/\$\{(\w+)_(?:OWNER|APP)_PASSWORD/g)
      for (const [, owner] of passwords) expect(owner, name).toBe(domain)
    }
  })

  it.each(ours)('%s reads every variable it is given', (_, { environment = {}, build }) => {
    const sources = sourcesOf(build?.args.APP ?? '')
    // Read by the OpenTelemetry packages too, under the names of their specification.
    for (const name of Object.keys(environment)) expect(sources.includes(name), name).toBe(true)
  })

  it('is reached from this machine alone, and only where people look', () => {
    const published = services.filter(([, { ports }]) => ports)
    expect(published.map(([name]) => name).sort()).toEqual(['gateway', 'jaeger', 'prometheus'])
    for (const [, { ports = [] }] of published)
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
    expect(compose.networks.fleet).toMatchObject({ internal: true })
  })

  it('mounts files that are there', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) =>
      volumes.filter((volume) => volume.startsWith('.')),
    )
    for (const volume of mounted) {
      const [source = ''] = volume.split(':')
      expect(existsSync(join(docker, source)), source).toBe(true)
      expect(volume).toMatch(/:ro$/)
    }
    expect(statSync(join(docker, 'postgres/provision.sh')).mode & 0o111).not.toBe(0)
  })

  it('describes each of its variables, and demands those that have no sensible default', () => {
    const described = new Map(
      [...text('infra/docker/.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    )
    expect([...described.keys()].sort()).toEqual([...variables].sort())
    for (const [name, value] of described) {
      const uses = [...text('infra/docker/compose.yaml').matchAll(new RegExp(`\\$\\{${name}(:.)`, 'g'))]
      for (const [, kind] of uses) expect(kind, name).toBe(value === '' ? ':?' : ':-')
    }
  })
})

describe('make-secrets', () => {
  const run = (folder: string) =>
    execFileSync('node', [join(docker, 'make-secrets.mjs'), folder], { stdio: 'pipe' })

  it('fills every secret, for its owner’s eyes only, and never twice', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-secrets-'))
    try {
      run(folder)
      const made = readFileSync(join(folder, '.env'), 'utf8')
      expect(made).not.toMatch(/^[A-Z_]+=$/m)
      const secrets = [...made.matchAll(/=([0-9a-f]{64})$/gm)].map(([, secret]) => secret)
      expect(new Set(secrets).size).toBe(secrets.length)
      expect(secrets.length).toBeGreaterThan(5)
      expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600)
      expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700)
      for (const { file } of Object.values(compose.secrets))
        expect(existsSync(join(folder, file)), file).toBe(true)
      expect(() => run(folder)).toThrow(/There are secrets already/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
