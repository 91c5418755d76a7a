import { createHash, randomUUID } from 'node:crypto'

export interface MadeUpTool {
  name: string
  title: string
  description: string
  inputSchema: object
  effect: 'read' | 'write' | 'destroy'
  data: string
  scopes: string[]
  declared: { timeout: string; rate: string }
  limits: { name: string; words: string; per: string[] }[]
  cost: number
  definition: { state: string; quarantined: boolean; hash: string; pinned: string; pinnedAt: string }
}

export interface MadeUpServer {
  name: string
  state: 'up' | 'down'
  version: string
  era: string
  problems: string[]
  problemCount: number
  noticeCount: number
  revision: string
  lastError?: { message: string; at: string }
  instances: object[]
  prompts: string[]
  resources: string[]
  resourceTemplates: string[]
  traffic: Record<'calls' | 'failed' | 'declined' | 'refused' | 'latency', number[]>
  tools: MadeUpTool[]
}

export interface MadeUpFleet {
  readonly at: number
  readonly servers: MadeUpServer[]
  readonly calls: object[]
  /** A second goes by. */
  pass(): void
}

const NAMES = [
  ...[
    'analytics',
    'billing',
    'calendar',
    'contracts',
    'facilities',
    'finance',
    'fleet-cars',
    'hr',
    'inventory',
  ],
  ...[
    'knowledge-base',
    'legal',
    'logistics',
    'mail',
    'orders',
    'payroll',
    'procurement',
    'reports',
    'support',
  ],
  ...['travel', 'warehouse'],
]

const SECONDS = 60

/** Servers with tools and with traffic that looks like some, always the same. */
export function madeUpFleet({ servers = 20, toolsEach = 25 } = {}): MadeUpFleet {
  const next = numbers(7)
  const all = NAMES.slice(0, servers).map((name, index) => madeUpServer(name, index, toolsEach, next))
  return {
    at: Date.now(),
    servers: all,
    calls: Array.from({ length: 60 }, (_, index) => madeUpCall(index, next)),
    pass() {
      for (const { state, traffic } of all) {
        const calls = state === 'up' ? Math.round(2 + next() * 12) : 0
        traffic.calls = [...traffic.calls.slice(1), calls]
        traffic.failed = [...traffic.failed.slice(1), calls > 0 && next() > 0.95 ? 1 : 0]
        traffic.declined = [...traffic.declined.slice(1), calls > 0 && next() > 0.8 ? 1 : 0]
        traffic.refused = [...traffic.refused.slice(1), 0]
        traffic.latency = [...traffic.latency.slice(1), calls > 0 ? 8 + Math.round(next() * 30) : 0]
      }
    },
  }
}

function madeUpServer(name: string, index: number, toolsEach: number, next: () => number): MadeUpServer {
  const isDown = index === 11
  const calls = Array.from({ length: SECONDS }, () => (isDown ? 0 : Math.round(2 + next() * 12)))
  const instances = Array.from({ length: 1 + (index % 3) }, (_, each) => ({
    url: `http://${name}-${each}.servers.example:8080/mcp`,
    health: isDown ? 'unhealthy' : 'healthy',
    state: index === 4 && each === 0 ? 'draining' : 'serving',
    breaker: index === 7 && each === 0 ? 'open' : 'closed',
    inFlight: Math.round(next() * 4),
    latencyMs: Math.round(next() * 300) / 10,
    version: '1.4.0',
    leaseMs: 22_000,
    sources: ['registration'],
  }))
  return {
    name,
    state: isDown ? 'down' : 'up',
    version: '1.4.0',
    era: 'modern',
    ...troublesOf(index),
    revision: '1',
    ...(isDown && { lastError: { message: 'The server took no connection.', at: '2026-11-21T08:00:00Z' } }),
    instances,
    prompts: [],
    resources: [],
    resourceTemplates: [],
    traffic: {
      calls,
      failed: calls.map((count) => (count > 0 && next() > 0.95 ? 1 : 0)),
      declined: calls.map((count) => (count > 0 && next() > 0.8 ? 1 : 0)),
      refused: calls.map(() => (index === 3 && next() > 0.9 ? 1 : 0)),
      latency: calls.map((count) => (count > 0 ? 8 + Math.round(next() * 30) : 0)),
    },
    tools: Array.from({ length: toolsEach }, (_, tool) => madeUpTool(name, tool)),
  }
}

function troublesOf(index: number) {
  const problems = index === 2 ? ['prompts: could not be had.'] : []
  const notices = index === 13 ? ['tools: get_thing_1: its definition is not the pinned one'] : []
  return {
    problems: [...problems, ...notices],
    problemCount: problems.length,
    noticeCount: notices.length,
  }
}

function madeUpTool(server: string, index: number): MadeUpTool {
  const effect = (['read', 'read', 'write', 'destroy'] as const)[index % 4] ?? 'read'
  return {
    name: `${server}__${effect === 'read' ? 'get' : effect}_thing_${index}`,
    title: `Thing ${index} of ${server}`,
    description: 'Looks up a thing by its number.\nTo find one, use another tool.',
    effect,
    data: 'internal',
    scopes: [`${server}:${effect === 'read' ? 'read' : 'write'}`],
    inputSchema: SCHEMA,
    declared: { timeout: '10s', rate: '600/min' },
    limits: effect === 'read' ? [] : [{ name: 'changes', words: '10/min', per: ['tenant', 'tool'] }],
    cost: effect === 'read' ? 1 : 5,
    definition: {
      state: server === 'orders' && index === 1 ? 'drifted' : 'pinned',
      quarantined: false,
      hash: hashOf(`${server} ${index}`),
      pinned: hashOf(`${server} ${index} before`),
      pinnedAt: '2026-11-20T08:00:00Z',
    },
  }
}

function hashOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

const SCHEMA = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'The number of the thing, such as T-1', minLength: 1, maxLength: 20 },
    limit: { type: 'integer', description: 'How many at most', minimum: 1, maximum: 100, default: 20 },
    share: { type: 'number', exclusiveMinimum: 0 },
    exact: { type: 'boolean', description: 'Whether it has to be this one' },
    sort: { type: 'string', enum: ['newest', 'oldest'] },
    tags: { type: 'array', items: { type: 'string' }, description: 'All of these' },
    kinds: { type: 'array', items: { enum: ['large', 'small'] } },
    range: { anyOf: [{ enum: ['last_week', 'last_month'], type: 'string' }, { type: 'object' }] },
    place: {
      type: 'object',
      description: 'Where it is',
      properties: { city: { type: 'string' }, floor: { type: 'integer' } },
      required: ['city'],
    },
  },
  required: ['id'],
}

/** A call that was just made, one of several kinds. */
export function madeUpCall(index = 0, next = numbers(index + 1)): object {
  const server = NAMES[Math.floor(next() * NAMES.length)]
  const [decision, outcome, rule, errorCode] = [
    ['allowed', 'ok', 'default-read', undefined],
    ['allowed', 'ok', 'customers-end-their-orders', undefined],
    ['refused', 'refused', 'guests-change-nothing', 'FORBIDDEN'],
    ['allowed', 'ok', 'default-read', undefined],
    ['allowed', 'tool_error', 'default-read', index % 10 === 4 ? 'NOT_FOUND' : 'UNAVAILABLE'],
  ][index % 5] as [string, string, string, string | undefined]
  return {
    time: new Date(Date.now() - index * 1_700).toISOString(),
    requestId: randomUUID(),
    traceId: randomUUID().replaceAll('-', ''),
    subject: ['alice', 'gail', 'olivia'][index % 3],
    tenant: 'acme',
    server,
    kind: 'tool',
    name: `${server}__get_thing_0`,
    ...{ decision, outcome, rule, errorCode },
    durationMs: Math.round(next() * 400) / 10,
  }
}

/** Numbers from 0 to 1 that look like chance (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
