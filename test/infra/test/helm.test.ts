import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Charts, type KubernetesObject, prepareCharts } from '../src/helm.ts'
import { validate } from '../src/validate.ts'

const DOMAINS = ['hr', 'knowledge-base', 'orders', 'analytics', 'reports']
const CHARTS = [...DOMAINS, 'gateway']
const folder = join(import.meta.dirname, '../../../infra/helm')

const PUBLIC_KEYS = { keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b', kid: 'k' }] }
/** Every option switched on. */
const EVERYTHING = {
  image: { digest: `sha256:${'0'.repeat(64)}`, pullSecrets: ['registry'] },
  publicUrl: 'https://mcp.example.org/mcp',
  allowedHosts: ['mcp.example.org'],
  allowedOrigins: ['https://app.example.org'],
  auth: {
    issuers: [
      { issuer: 'https://login.example.org', jwks: 'https://login.example.org/jwks.json' },
      { issuer: 'https://mcp.example.org', keys: PUBLIC_KEYS, gateway: true },
    ],
    apiKeysSecret: 'api-keys',
  },
  env: { DATABASE_POOL_SIZE: 20 },
  tracing: { endpoint: 'http://collector.monitoring:4317', ratio: '0.25' },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  serviceAccount: { annotations: { 'example.org/role': 'reader' } },
  service: { annotations: { 'example.org/a': 'b' } },
  podAnnotations: { 'example.org/c': 'd' },
  podLabels: { 'example.org/team': 'reef' },
  nodeSelector: { 'kubernetes.io/arch': 'arm64' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  priorityClassName: 'high',
  networkPolicy: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] },
}
/** As little as possible. */
const BARE = {
  autoscaling: { enabled: false },
  networkPolicy: { enabled: false },
  migration: { enabled: false },
  serviceAccount: { name: 'existing' },
}

let charts: Charts
let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'atoll-helm-'))
  charts = prepareCharts(scratch)
})
afterAll(() => rmSync(scratch, { recursive: true }))

const only = (objects: KubernetesObject[], kind: string): KubernetesObject => {
  const found = objects.filter((object) => object.kind === kind)
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects of kind ${kind}`)
  return found[0]
}

describe.each(CHARTS)('the chart of %s', (chart) => {
  it.each([
    ['as it comes', {}],
    ['with everything on', EVERYTHING],
    ['with as little as possible', BARE],
  ])('passes helm lint and the schema of Kubernetes %s', (_, values) => {
    expect(charts.lint(chart, values)).toMatchObject({ ok: true })
    for (const object of charts.template(chart, values)) {
      expect(() => validate(object), `${object.kind} ${object.metadata.name}`).not.toThrow()
    }
  })

  it('meets the restricted Pod Security Standard, with limits and no token of the cluster', () => {
    const workloads = charts
      .template(chart, EVERYTHING)
      .filter(({ kind }) => ['Deployment', 'Job'].includes(kind))
    expect(workloads.length).toBe(chart === 'gateway' ? 1 : 2)
    for (const { spec } of workloads) {
      const pod = spec.template.spec
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      })
      for (const forbidden of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod).not.toHaveProperty(forbidden)
      for (const container of pod.containers) {
        expect(container).toMatchObject({
          image: expect.stringMatching(/^atoll\/[\w-]+@sha256:/),
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: {
            requests: { cpu: expect.anything(), memory: expect.anything() },
            limits: { cpu: expect.anything(), memory: expect.anything() },
          },
        })
      }
      for (const volume of pod.volumes ?? []) expect(volume).not.toHaveProperty('hostPath')
    }
    expect(only(charts.template(chart), 'ServiceAccount').automountServiceAccountToken).toBe(false)
  })

  it('asks /health whether to restart and /ready whether to send traffic', () => {
    const [container] = only(charts.template(chart), 'Deployment').spec.template.spec.containers
    const http = (path: string) => ({ httpGet: { path, port: 'http' } })
    expect(container).toMatchObject({
      startupProbe: http('/health'),
      livenessProbe: http('/health'),
      readinessProbe: http('/ready'),
    })
  })

  it('gives a pod the time that it takes to drain', () => {
    const { spec } = only(
      charts.template(chart, { drain: { delaySeconds: 7, timeoutSeconds: 40 } }),
      'Deployment',
    )
    expect(environment(spec)).toMatchObject({ DRAIN_DELAY_MS: '7000', SHUTDOWN_TIMEOUT_MS: '40000' })
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(47)
  })

  it('selects the same pods everywhere, and those alone', () => {
    const objects = charts.template(chart, EVERYTHING)
    const { spec } = only(objects, 'Deployment')
    const labels = spec.template.metadata.labels
    const selector = { 'app.kubernetes.io/name': chart, 'app.kubernetes.io/instance': chart }
    expect(labels).toMatchObject(selector)
    expect(spec.selector.matchLabels).toEqual(selector)
    expect(only(objects, 'Service').spec.selector).toEqual(selector)
    expect(only(objects, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual(selector)
    expect(only(objects, 'NetworkPolicy').spec.podSelector.matchLabels).toEqual(selector)
    for (const job of objects.filter(({ kind }) => kind === 'Job')) {
      expect(job.spec.template.metadata.labels).not.toMatchObject(selector)
    }
  })

  it('leaves the number of pods to the autoscaler where there is one', () => {
    const scaled = charts.template(chart)
    expect(only(scaled, 'Deployment').spec).not.toHaveProperty('replicas')
    expect(only(scaled, 'HorizontalPodAutoscaler').spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: only(scaled, 'Deployment').metadata.name },
      minReplicas: 2,
    })
    const fixed = charts.template(chart, { ...BARE, replicas: 3 })
    expect(only(fixed, 'Deployment').spec.replicas).toBe(3)
    expect(fixed.map(({ kind }) => kind)).not.toContain('HorizontalPodAutoscaler')
  })

  it('tells Prometheus where the metrics are when asked to', () => {
    expect(charts.template(chart).map(({ kind }) => kind)).not.toContain('ServiceMonitor')
    const monitor = only(charts.template(chart, EVERYTHING), 'ServiceMonitor')
    expect(monitor.metadata.labels).toMatchObject({ release: 'prometheus' })
    expect(monitor.spec.endpoints).toMatchObject([
      { port: 'http', path: '/metrics', relabelings: [{ targetLabel: 'job', replacement: 'atoll' }] },
    ])
  })

  it('hands the server its identity, issuers and traces', () => {
    const objects = charts.template(chart, EVERYTHING)
    const variables = environment(only(objects, 'Deployment').spec)
    expect(variables).toMatchObject({
      PORT: '3000',
      PUBLIC_URL: 'https://mcp.example.org/mcp',
      ALLOWED_HOSTS: expect.stringContaining(`$(POD_IP),${chart},`),
      ALLOWED_ORIGINS: 'https://app.example.org',
      MCP_API_KEYS_FILE: '/etc/atoll/api-keys/api-keys.json',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4317',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      DATABASE_POOL_SIZE: '20',
    })
    expect(JSON.parse(variables.AUTH_ISSUERS ?? '')).toEqual([
      { issuer: 'https://login.example.org', jwks: 'https://login.example.org/jwks.json' },
      {
        issuer: 'https://mcp.example.org',
        jwks: 'file:///etc/atoll/issuers/issuer-1.json',
        gateway: true,
      },
    ])
    expect(JSON.parse(only(objects, 'ConfigMap').data['issuer-1.json'])).toEqual(PUBLIC_KEYS)
  })

  it.each([
    ['an unknown value', { replicaz: 2 }],
    ['a negative number of pods', { replicas: -1 }],
    ['an issuer without keys', { auth: { issuers: [{ issuer: 'https://login.example.org' }] } }],
    [
      'a private key among the public ones',
      {
        auth: {
          issuers: [{ issuer: 'https://a.example.org', keys: { keys: [{ kty: 'EC', d: 'secret' }] } }],
        },
      },
    ],
    [
      'keys of an issuer over plain http',
      { auth: { issuers: [{ issuer: 'https://a', jwks: 'http://a/jwks' }] } },
    ],
    ['a container without a memory limit', { resources: { limits: { memory: null } } }],
    ['a variable without a Secret to read it from', { secret: { name: '', required: ['STATE_SECRET'] } }],
    ['a migration without credentials', { migration: { enabled: true, secretName: '' } }],
  ])('refuses %s', (_, values) => {
    expect(() => charts.template(chart, values)).toThrow(/values don't meet the specifications of the schema/)
  })
})

describe.each(DOMAINS)('the migration of %s', (chart) => {
  it('runs before anything else of an install or upgrade, alone with the credentials of the owner', () => {
    const objects = charts.template(chart)
    const job = only(objects, 'Job')
    expect(job.metadata.annotations).toMatchObject({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    })
    expect(job.spec.template.spec.containers[0]).toMatchObject({ args: ['migrate'] })
    expect(job.spec.template.spec).not.toHaveProperty('serviceAccountName')
    const withOwner = objects.filter((object) => JSON.stringify(object).includes('DATABASE_OWNER_URL'))
    expect(withOwner).toEqual([job])
  })
})

describe('the knowledge base’s chart', () => {
  const model = {
    EMBEDDING_URL: 'https://embeddings.example.org/v1',
    EMBEDDING_MODEL: 'small',
    EMBEDDING_DIMENSIONS: 768,
  }

  it('tells server and migration of the same model, and only the server its key', () => {
    const objects = charts.template('knowledge-base', { env: model })
    for (const kind of ['Deployment', 'Job']) {
      const { EMBEDDING_URL, EMBEDDING_DIMENSIONS } = environment(only(objects, kind).spec)
      expect([EMBEDDING_URL, EMBEDDING_DIMENSIONS]).toEqual([model.EMBEDDING_URL, '768'])
    }
    const withKey = objects.filter((object) => JSON.stringify(object).includes('EMBEDDING_KEY'))
    expect(withKey).toEqual([only(objects, 'Deployment')])
    const [container] = only(objects, 'Deployment').spec.template.spec.containers
    expect(container.env).toContainEqual({
      name: 'EMBEDDING_KEY',
      valueFrom: { secretKeyRef: { name: 'knowledge-base', key: 'EMBEDDING_KEY', optional: true } },
    })
  })

  it('lets the process have the model and the vectors in memory that it is told of', () => {
    const { spec } = only(charts.template('knowledge-base'), 'Deployment')
    expect(Number(environment(spec).VECTOR_MEMORY_MB)).toBeLessThan(512)
    expect(spec.template.spec.containers[0].resources.limits.memory).toBe('1Gi')
  })

  it('reaches an embedding service over HTTPS, or on a port that is opened for it', () => {
    const ports = (values: object) => {
      const { egress } = only(charts.template('knowledge-base', values), 'NetworkPolicy').spec
      return egress.flatMap(
        (rule: { ports?: { port: number }[] }) => rule.ports?.map(({ port }) => port) ?? [],
      )
    }
    expect(ports({})).toContain(443)
    const rule = { ports: [{ protocol: 'TCP', port: 8080 }] }
    expect(ports({ networkPolicy: { egress: [rule] } })).toContain(8080)
  })
})

describe('the gateway’s chart', () => {
  it('keeps its audit on the volume it is given, under the name of the pod', () => {
    const audit = { enabled: true, volume: { persistentVolumeClaim: { claimName: 'audit' } } }
    const objects = charts.template('gateway', { audit: { ...audit, retention: { restricted: '7y' } } })
    for (const object of objects) expect(() => validate(object)).not.toThrow()
    const { spec } = only(objects, 'Deployment')
    const { volumes, containers } = spec.template.spec
    expect(volumes).toContainEqual({ name: 'audit', persistentVolumeClaim: { claimName: 'audit' } })
    expect(containers[0].volumeMounts).toContainEqual({ name: 'audit', mountPath: '/var/lib/atoll/audit' })
    expect(environment(spec)).toMatchObject({
      AUDIT_DIR: '/var/lib/atoll/audit',
      AUDIT_WRITER: '$(POD_NAME)',
      AUDIT_ON_FAILURE: 'refuse',
      AUDIT_RETENTION: '{"restricted":"7y"}',
    })
    expect(environment(only(charts.template('gateway'), 'Deployment').spec)).not.toHaveProperty('AUDIT_DIR')
    expect(() => charts.template('gateway', { audit: { ...audit, retention: { secret: '1y' } } })).toThrow()
  })

  it('names each server by the address and audience that its own chart gives it', () => {
    const { GATEWAY_SERVERS = '' } = environment(only(charts.template('gateway'), 'Deployment').spec)
    const expected = DOMAINS.map((chart) => {
      const objects = charts.template(chart)
      const { PUBLIC_URL } = environment(only(objects, 'Deployment').spec)
      const { metadata, spec } = only(objects, 'Service')
      expect(PUBLIC_URL).toBe(`http://${metadata.name}.atoll.svc:${spec.ports[0].port}/mcp`)
      return { name: chart, url: PUBLIC_URL }
    })
    expect(JSON.parse(GATEWAY_SERVERS)).toEqual(expected)
  })

  it('passes on what is said of a server', () => {
    const servers = [
      { name: 'hr', url: 'https://hr.example.org/mcp', audience: 'https://hr/mcp', timeout: '3s' },
    ]
    const { GATEWAY_SERVERS = '' } = environment(
      only(charts.template('gateway', { servers }), 'Deployment').spec,
    )
    expect(JSON.parse(GATEWAY_SERVERS)).toEqual(servers)
  })

  it('knows servers that act for their callers by a hash, and lets them in', () => {
    const clients = [{ id: 'reports', server: 'reports', secret: `sha256:${'0'.repeat(64)}` }]
    const objects = charts.template('gateway', { clients })
    const { GATEWAY_CLIENTS = '' } = environment(only(objects, 'Deployment').spec)
    expect(JSON.parse(GATEWAY_CLIENTS)).toEqual(clients)
    const plain = [{ id: 'reports', server: 'reports', secret: 'in the open' }]
    expect(() => charts.template('gateway', { clients: plain })).toThrow()
    const [ingress] = only(objects, 'NetworkPolicy').spec.ingress
    const pods = only(charts.template('reports'), 'Deployment').spec.template.metadata.labels
    const allowed = ingress.from.flatMap(
      (peer: { podSelector?: { matchLabels: object } }) => peer.podSelector ?? [],
    )
    expect(pods).toMatchObject(allowed[0].matchLabels)
    const { GATEWAY_URL = '' } = environment(only(charts.template('reports'), 'Deployment').spec)
    const { metadata, spec } = only(objects, 'Service')
    expect(GATEWAY_URL).toBe(`http://${metadata.name}:${spec.ports[0].port}/mcp`)
    const egress: { ports?: { port: number }[] }[] = only(charts.template('reports'), 'NetworkPolicy').spec
      .egress
    expect(egress.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toContain(spec.ports[0].port)
  })

  it('may list and watch EndpointSlices where a server’s pods are, and nothing else of the cluster', () => {
    const servers = [
      { name: 'hr', kubernetes: {} },
      { name: 'legal', audience: 'https://legal/mcp', kubernetes: { namespace: 'law', port: 8080 } },
      { name: 'orders' },
    ]
    const objects = charts.template('gateway', { servers })
    const rules = [
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ]
    const inNamespaces = (kind: string) => objects.filter((object) => object.kind === kind)
    expect(inNamespaces('Role')).toMatchObject(
      ['atoll', 'law'].map((namespace) => ({ metadata: { namespace, name: 'gateway-endpoints' }, rules })),
    )
    const account = only(objects, 'ServiceAccount').metadata.name
    for (const binding of inNamespaces('RoleBinding')) {
      expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: account, namespace: 'atoll' }])
      expect(binding.roleRef).toMatchObject({ kind: 'Role', name: 'gateway-endpoints' })
    }
    for (const object of objects) expect(() => validate(object), object.kind).not.toThrow()
    const { spec } = only(objects, 'Deployment')
    expect(spec.template.spec).toMatchObject({
      serviceAccountName: account,
      automountServiceAccountToken: true,
    })
    expect(portsTo(objects)).toContain(6443)
    expect(JSON.parse(environment(spec).GATEWAY_SERVERS ?? '')).toEqual([
      {
        name: 'hr',
        audience: 'http://hr.atoll.svc:3000/mcp',
        kubernetes: { namespace: 'atoll', selector: 'kubernetes.io/service-name=hr', port: 'http' },
      },
      {
        name: 'legal',
        audience: 'https://legal/mcp',
        kubernetes: { namespace: 'law', selector: 'kubernetes.io/service-name=legal', port: 8080 },
      },
      { name: 'orders', url: 'http://orders.atoll.svc:3000/mcp' },
    ])
    expect(charts.template('gateway').filter(({ kind }) => kind.startsWith('Role'))).toEqual([])
  })

  it('lets servers register that it knows, each pod at its own address', () => {
    const register = { urls: ['http://10.*.*.*:3000/mcp'], secret: `sha256:${'0'.repeat(64)}` }
    const gateway = charts.template('gateway', { servers: [{ name: 'hr', register }] })
    const { GATEWAY_SERVERS = '' } = environment(only(gateway, 'Deployment').spec)
    expect(JSON.parse(GATEWAY_SERVERS)).toEqual([
      { name: 'hr', audience: 'http://hr.atoll.svc:3000/mcp', register },
    ])
    const hr = charts.template('hr', { registry: { url: 'http://gateway:3000/register' } })
    const { spec } = only(hr, 'Deployment')
    expect(environment(spec)).toMatchObject({
      REGISTRY_URL: 'http://gateway:3000/register',
      // Of IPv4 or IPv6: the server puts it into brackets where it has to.
      INSTANCE_HOST: '$(POD_IP)',
    })
    expect(spec.template.spec.containers[0].env).toContainEqual({
      name: 'REGISTRY_SECRET',
      valueFrom: { secretKeyRef: { name: 'hr', key: 'REGISTRY_SECRET' } },
    })
    expect(portsTo(hr)).toContain(3000)
    const [ingress] = only(gateway, 'NetworkPolicy').spec.ingress
    const [peer] = ingress.from.slice(-1)
    expect(spec.template.metadata.labels).toMatchObject(peer.podSelector.matchLabels)
    expect(environment(only(charts.template('hr'), 'Deployment').spec)).not.toHaveProperty('INSTANCE_HOST')
  })

  it('says where servers may be, how much one caller may ask, and what calls carry', () => {
    const usual = environment(only(charts.template('gateway'), 'Deployment').spec)
    expect(usual).toMatchObject({
      GATEWAY_ALLOWED_NETWORKS: '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8',
      GATEWAY_TOKENS: 'assertion',
    })
    expect(usual).not.toHaveProperty('GATEWAY_RATE')
    const idp = { issuer: 'https://login.example.org', clientId: 'mcp', target: 'audience' }
    const objects = charts.template('gateway', {
      ...{ rate: '50/s', allowedNetworks: ['10.7.0.0/16'], tokens: 'exchange' },
      exchange: { ...idp, secretName: 'gateway-client', secretKey: 'secret' },
    })
    const { spec } = only(objects, 'Deployment')
    const { GATEWAY_EXCHANGE = '', ...variables } = environment(spec)
    expect(variables).toMatchObject({
      ...{ GATEWAY_RATE: '50/s', GATEWAY_ALLOWED_NETWORKS: '10.7.0.0/16', GATEWAY_TOKENS: 'exchange' },
    })
    const clientSecretFile = '/etc/atoll/exchange/secret'
    expect(JSON.parse(GATEWAY_EXCHANGE)).toEqual({ ...idp, clientSecretFile })
    expect(spec.template.spec.volumes).toContainEqual({
      name: 'exchange',
      secret: { secretName: 'gateway-client', defaultMode: 0o440 },
    })
    for (const object of objects) expect(() => validate(object), object.kind).not.toThrow()
    for (const wrong of [{ rate: 'often' }, { allowedNetworks: ['intern'] }, { exchange: { issuer: 'x' } }])
      expect(() => charts.template('gateway', wrong)).toThrow()
  })

  it('mounts the signing key', () => {
    const { spec } = only(charts.template('gateway'), 'Deployment')
    const variables = environment(spec)
    expect(variables.GATEWAY_SIGNING_KEY_FILE).toBe('/etc/atoll/signing-key/key.pem')
    expect(spec.template.spec.volumes).toEqual([
      { name: 'signing-key', secret: { secretName: 'gateway-signing-key', defaultMode: 0o440 } },
    ])
  })
})

describe.each([
  ['policy', 'GATEWAY_POLICY_FILE'],
  ['limits', 'GATEWAY_LIMITS_FILE'],
])('the %s of the gateway', (name, variable) => {
  const partsOf = (values: object) => {
    const objects = charts.template('gateway', values)
    const { spec } = only(objects, 'Deployment')
    const [container] = spec.template.spec.containers
    const file = environment(spec)[variable]
    const volume = spec.template.spec.volumes.find((each: { name: string }) => each.name === name)
    const mount = container.volumeMounts.find((each: { name: string }) => each.name === name)
    const map = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith(`-${name}`),
    )
    return { file, volume, mount, map }
  }
  const path = `/etc/atoll/${name}/${name}.yaml`

  it('comes from the values, as a whole folder, so that changes reach the pods', () => {
    const text = readFileSync(join(folder, `../${name}/${name}.yaml`), 'utf8')
    const { file, volume, mount, map } = partsOf({ [name]: { text } })
    expect(file).toBe(path)
    expect(mount).toEqual({ name, mountPath: `/etc/atoll/${name}`, readOnly: true })
    expect(map).toMatchObject({ data: { [`${name}.yaml`]: text } })
    expect(volume.configMap.name).toBe(map?.metadata.name)
    expect(() => validate(map as KubernetesObject)).not.toThrow()
  })

  it('comes from a ConfigMap that is there', () => {
    const { file, volume, map } = partsOf({ [name]: { configMap: 'rules' } })
    expect([file, volume.configMap.name, map]).toEqual([path, 'rules', undefined])
  })

  it('is none unless it is given', () => {
    expect(partsOf({})).toEqual({ file: undefined, volume: undefined, mount: undefined, map: undefined })
  })
})

describe('what leaves the gateway', () => {
  it('comes from the values, and other rules make other pods', () => {
    const text = readFileSync(join(folder, '../protection/protection.yaml'), 'utf8')
    const deploymentOf = (values: object) => only(charts.template('gateway', values), 'Deployment')
    const { spec } = deploymentOf({ protection: { text } })
    const [container] = spec.template.spec.containers
    expect(environment(spec).GATEWAY_PROTECTION_FILE).toBe('/etc/atoll/protection/protection.yaml')
    expect(container.volumeMounts).toContainEqual({
      ...{ name: 'protection', mountPath: '/etc/atoll/protection', readOnly: true },
    })
    const map = charts
      .template('gateway', { protection: { text } })
      .find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-protection'))
    expect(map).toMatchObject({ data: { 'protection.yaml': text } })
    const other = deploymentOf({ protection: { text: 'version: 1' } })
    expect(other.spec.template.metadata.annotations).not.toEqual(spec.template.metadata.annotations)
    const named = deploymentOf({ protection: { configMap: 'rules' } }).spec.template.spec
    expect(named.volumes).toContainEqual({ name: 'protection', configMap: { name: 'rules' } })
    expect(environment(deploymentOf({}).spec).GATEWAY_PROTECTION_FILE).toBeUndefined()
  })
})

describe('the schema of Kubernetes', () => {
  it('refuses a field of the wrong type', () => {
    const deployment = only(charts.template('hr'), 'Deployment')
    expect(() => validate({ ...deployment, spec: { ...deployment.spec, replicas: 'two' } })).toThrow(
      /replicas/,
    )
  })
})

describe('the values', () => {
  it('have one schema, to which the gateway adds what only it has', () => {
    const schemaOf = (chart: string) =>
      JSON.parse(readFileSync(join(folder, chart, 'values.schema.json'), 'utf8'))
    const {
      servers,
      clients,
      signingKey,
      rate,
      limits,
      allowedNetworks,
      tokens,
      exchange,
      audit,
      policy,
      protection,
      ...common
    } = schemaOf('gateway').properties
    for (const chart of DOMAINS) expect(schemaOf(chart).properties).toEqual(common)
    const access = [servers, clients, signingKey, allowedNetworks, tokens, exchange]
    for (const own of [...access, rate, limits, audit, policy, protection])
      expect(own).toEqual(expect.any(Object))
  })
})

/** The ports that pods may reach. */
function portsTo(objects: KubernetesObject[]): number[] {
  const egress: { ports?: { port: number }[] }[] = only(objects, 'NetworkPolicy').spec.egress
  return egress.flatMap(({ ports = [] }) => ports.map(({ port }) => port))
}

/** The variables of the server's container that have a plain value. */
function environment(spec: KubernetesObject): Record<string, string | undefined> {
  const [container] = spec.template.spec.containers
  return Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value?: string }) => [name, value]),
  )
}
