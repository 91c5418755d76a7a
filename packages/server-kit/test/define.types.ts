import { z } from 'zod'
import { asTask, defineDomain, defineServer, memoryTasks } from '../src/index.ts'

// Compiled by `pnpm verify`, never run: each @ts-expect-error fails the check when the mistake compiles.
interface Store {
  find(id: string): Promise<{ total: number } | undefined>
}
const shop = defineDomain({
  name: 'shop',
  scopes: { read: 'Read', write: 'Write' },
  config: z.object({ DATABASE_URL: z.string() }),
  connect: async (config) => ({ deps: { store: {} as Store, url: config.DATABASE_URL } }),
})
const other = defineDomain({
  name: 'other',
  scopes: { read: 'Read' },
  config: z.object({}),
  connect: async () => ({ deps: {} }),
})

const read = {
  name: 'get_total',
  title: 'Get a total',
  description: 'Look up a total.',
  input: z.object({ id: z.string() }),
  output: z.object({ total: z.number() }),
} as const

const getTotal = shop.defineTool({
  ...read,
  effect: 'read',
  scopes: ['shop:read'],
  cache: { ttl: '30s', shared: 'principal', tags: ['total'] },
  async run({ input, deps, principal, signal }) {
    const id: string = input.id
    const found = await deps.store.find(`${id}${principal.tenant}${signal.aborted}`)
    return { total: found?.total ?? 0 }
  },
})
defineServer(shop, { instructions: '', tools: [getTotal] })

// @ts-expect-error an unknown scope
shop.defineTool({ ...read, effect: 'read', scopes: ['shop:admin'], run: () => ({ total: 1 }) })
// @ts-expect-error no scope at all
shop.defineTool({ ...read, effect: 'read', scopes: [], run: () => ({ total: 1 }) })
// @ts-expect-error scopes never default
shop.defineTool({ ...read, effect: 'read', run: () => ({ total: 1 }) })
// @ts-expect-error the effect never defaults
shop.defineTool({ ...read, scopes: ['shop:read'], run: () => ({ total: 1 }) })
shop.defineTool({
  ...read,
  effect: 'write',
  scopes: ['shop:write'],
  // @ts-expect-error a cache on a write
  cache: { ttl: '30s', shared: 'principal' },
  run: () => ({ total: 1 }),
})
// @ts-expect-error a wrong output
shop.defineTool({ ...read, effect: 'read', scopes: ['shop:read'], run: () => ({ total: 'one' }) })
shop.defineTool({
  ...read,
  effect: 'read',
  scopes: ['shop:read'],
  // @ts-expect-error a duration without a unit
  limits: { timeout: '30' },
  run: () => ({ total: 1 }),
})
// @ts-expect-error another domain's tool
defineServer(other, { instructions: '', tools: [getTotal] })

const library = defineDomain({
  name: 'knowledge-base',
  scopePrefix: 'kb',
  scopes: { read: 'Read' },
  config: z.object({}),
  connect: async () => ({ deps: {} }),
})
library.defineTool({ ...read, effect: 'read', scopes: ['kb:read'], run: () => ({ total: 1 }) })
// @ts-expect-error the name, where the scopes have another prefix
library.defineTool({ ...read, effect: 'read', scopes: ['knowledge-base:read'], run: () => ({ total: 1 }) })
shop.defineTool({
  ...read,
  effect: 'read',
  scopes: ['shop:read'],
  // @ts-expect-error an unknown optional scope
  optionalScopes: ['shop:admin'],
  run: () => ({ total: 1 }),
})

const club = defineDomain({
  name: 'club',
  scopes: { read: 'Read' },
  config: z.object({}),
  audience: z.object({ members: z.array(z.string()) }),
  admits: (principal, { members }) => members.includes(principal.subject),
  async connect(_config, { changes, logger, signal }) {
    changes.here('acme').resource('club://1', { audience: { members: ['ada'] } })
    changes.everywhere('acme').resourceList({ audience: { members: [] } })
    // @ts-expect-error an audience of another form
    changes.here('acme').resource('club://1', { audience: { groups: ['all'] } })
    signal.addEventListener('abort', () => logger.info('over'))
    return { deps: {}, optional: { mail: async () => {} } }
  },
})
club.defineTool({
  ...read,
  effect: 'read',
  scopes: ['club:read'],
  run({ changed }) {
    changed.resource('club://1')
    changed.resource('club://1', { audience: { members: ['ada'] } })
    // @ts-expect-error a member that is no text
    changed.resourceList({ audience: { members: [1] } })
    // @ts-expect-error no audience after all
    changed.resource('club://1', { audience: undefined })
    return { total: 1 }
  },
})
shop.defineTool({
  ...read,
  effect: 'read',
  scopes: ['shop:read'],
  run({ changed }) {
    // @ts-expect-error an audience in a domain that admits nobody
    changed.resource('shop://totals/1', { audience: { members: ['ada'] } })
    return { total: 1 }
  },
})
defineDomain({
  name: 'club',
  scopes: { read: 'Read' },
  config: z.object({}),
  // @ts-expect-error nobody says who is admitted
  audience: z.object({ members: z.array(z.string()) }),
  connect: async () => ({ deps: {} }),
})

const bakery = defineDomain({
  name: 'bakery',
  scopes: { bake: 'Bake' },
  config: z.object({}),
  connect: async () => ({ deps: { tasks: memoryTasks() } }),
  tasks: ({ tasks }) => tasks,
})
const bake = { ...read, effect: 'write', scopes: ['bakery:bake'] } as const
bakery.defineTool({
  ...bake,
  task: { wait: '5s', endsWithCall: true, later: ({ message }) => ({ total: message?.length ?? 0 }) },
  run: ({ input, deps, principal }) =>
    input.id === ''
      ? { total: 0 }
      : deps.tasks.begin(principal, 'get_total', async ({ signal }) => ({ total: Number(signal.aborted) })),
})
bakery.defineTool({ ...bake, task: { required: true }, run: async () => asTask('1') })
// @ts-expect-error a task from a tool that does not say that it may take long
bakery.defineTool({ ...bake, run: () => asTask('1') })
// @ts-expect-error what comes later is output too
bakery.defineTool({ ...bake, task: { later: () => ({ id: '1' }) }, run: () => asTask('1') })
// @ts-expect-error nothing for those who do not follow tasks
bakery.defineTool({ ...bake, task: {}, run: () => asTask('1') })
// @ts-expect-error a wait that never is
bakery.defineTool({ ...bake, task: { required: true, wait: '5s' }, run: () => asTask('1') })
// @ts-expect-error what ends after the call clears nothing with it
bakery.defineTool({ ...bake, task: { required: true }, clears: ['total'], run: () => asTask('1') })

shop.defineResource({
  uri: 'shop://totals/{id}',
  name: 'total',
  title: 'Total',
  description: 'A total',
  mimeType: 'application/json',
  scopes: ['shop:read'],
  // @ts-expect-error a variable that the template does not have
  read: ({ params }) => ({ json: params.number }),
})
shop.defineResource({
  uri: 'shop://totals/{id}',
  name: 'total',
  title: 'Total',
  description: 'A total',
  mimeType: 'application/json',
  scopes: ['shop:read'],
  read: ({ params, deps }) => ({ json: { id: params.id.toUpperCase(), url: deps.url } }),
})
shop.definePrompt({
  name: 'explain',
  title: 'Explain',
  description: 'Explain a total',
  scopes: ['shop:read'],
  arguments: z.object({ id: z.string().describe('Which one'), style: z.string().optional() }),
  render: ({ args }) => [{ role: 'user', content: { type: 'text', text: `${args.id} ${args.style ?? ''}` } }],
})

const page = { name: 'page', title: 'Page', description: 'Shows a total.', module: import.meta.url } as const
const ownPage = shop.defineApp({ ...page, scopes: ['shop:read'] })
const foreignPage = other.defineApp({ ...page, scopes: ['other:read'] })
// @ts-expect-error an unknown scope
shop.defineApp({ ...page, scopes: ['shop:admin'] })
// @ts-expect-error no word of where its page is
shop.defineApp({ ...page, module: undefined, scopes: ['shop:read'] })
shop.defineTool({ ...read, effect: 'read', scopes: ['shop:read'], app: ownPage, run: () => ({ total: 1 }) })
const withApp = { ...read, effect: 'read', scopes: ['shop:read'], run: () => ({ total: 1 }) } as const
// @ts-expect-error another domain's app
shop.defineTool({ ...withApp, app: foreignPage })
// @ts-expect-error another domain's app
defineServer(shop, { instructions: '', tools: [], apps: [foreignPage] })
