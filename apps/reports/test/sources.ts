import { createAuthenticator } from '@atoll/auth'
import { UnavailableError } from '@atoll/errors'
import { createHost, createRuntime, defineDomain, defineServer } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { z } from 'zod'

/** What the tokens of delegation are in these tests; the servers behind the gateway stand in one. */
export const DELEGATED = 'a-token-with-which-reports-ask-for-alice'

export interface Sources {
  readonly url: string
  /** Every question, by tool, in the order they came. */
  readonly asked: { tool: string; args: Record<string, unknown>; subject: string }[]
  /** What a tool does from now on, instead of answering. */
  behave(tool: string, how: (signal: AbortSignal) => Promise<void>): void
  close(): Promise<void>
}

const counts = (headcount: number) => ({
  opening: headcount - 3,
  joiners: 5,
  leavers: 2,
  headcount,
  attrition_percent: 1.9,
  average_tenure_years: 4.2,
})
const group = (key: string, headcount: number) => ({ key, name: key, ...counts(headcount) })
const hours = (key: string, spent: number) => ({ key, name: key, hours: spent, entries: 3, employees: 2 })
const project = (id: string, budget: number, spent: number) => ({
  id,
  name: `Project ${id}`,
  department: 'Engineering',
  department_id: 'engineering',
  status: 'active',
  starts_on: '2026-01-01',
  ends_on: null,
  budget_minor: budget,
  spent_minor: spent,
  currency: 'EUR',
  budget_hours: 100,
})

/** What each tool answers, in the shape of its server. */
const ANSWERS: Record<string, object> = {
  hr__headcount_summary: { total: counts(103), groups: [group('Engineering', 60), group('Sales <&>', 43)] },
  hr__list_departments: {
    departments: [
      {
        id: 'engineering',
        name: 'Engineering',
        headcount: 60,
        active_projects: 2,
        annual_budget: { amount: 1_000_000_00, currency: 'EUR' },
      },
    ],
  },
  hr__query_hr_data: {
    rows: [project('P1', 50_000_00, 60_000_00), project('P2', 10_000_00, 1_234_56)],
    truncated: false,
  },
  hr__timesheet_summary: {
    total: { hours: 42.5, employees: 4 },
    groups: [hours('P1', 40), hours('P2', 2.5)],
    truncated: false,
  },
  orders__search_orders: {
    orders: [],
    summary: {
      count: 7,
      by_status: [{ status: 'delivered', count: 7 }],
      amounts: [{ charged: { minor: 123_456, currency: 'USD', text: '1,234.56 USD' }, exact: '1234.56' }],
    },
  },
  analytics__top_products: {
    columns: [],
    rows: [
      {
        rank: 1,
        product: 'P-1',
        product_name: '=Desk, "tall"',
        category: 'Furniture',
        currency: 'USD',
        revenue: 800.5,
        units: 3,
        orders: 2,
        share: 64.8,
      },
    ],
    truncated: false,
    totals: [],
  },
}

/** All that any of them takes. */
const Arguments = z.object(
  Object.fromEntries(
    [
      ...['by', 'from', 'to', 'department', 'limit', 'ordered_from', 'ordered_to'],
      ...['table', 'columns', 'filters', 'sort'],
    ].map((name) => [name, z.unknown().optional()]),
  ),
)

/** A real MCP server that answers like the fleet behind its gateway, for whoever brings the token of delegation. */
export async function startSources(): Promise<Sources> {
  const asked: Sources['asked'] = []
  const behaviour = new Map<string, (signal: AbortSignal) => Promise<void>>()
  const domain = defineDomain({
    name: 'sources',
    scopes: { ask: 'Ask' },
    config: z.object({}),
    connect: async () => ({ deps: {} }),
  })
  const tools = Object.entries(ANSWERS).map(([name, answer]) =>
    domain.defineTool({
      name,
      title: name,
      description: 'Answers as the server behind the gateway does',
      effect: 'read',
      scopes: ['sources:ask'],
      input: Arguments,
      output: z.looseObject({}),
      async run({ principal, signal, input }) {
        asked.push({ tool: name, args: input, subject: principal.subject })
        await behaviour.get(name)?.(signal)
        return answer as Record<string, unknown>
      },
    }),
  )
  const server = defineServer(domain, { instructions: 'Answers.', tools })
  const telemetry = createTelemetry({
    service: 'sources',
    version: '1',
    env: { LOG_LEVEL: 'silent' },
    output: 2,
  })
  const audit = { record() {}, dropped: 0, flush: async () => {}, close: async () => {} }
  const connect = async () => ({ deps: {} })
  const runtime = createRuntime(server, { config: {}, telemetry, audit, connect })
  const resource = 'http://127.0.0.1/mcp'
  const token = { token: DELEGATED, subject: 'alice', tenant: 'acme', scopes: ['sources:ask'] }
  const authenticator = createAuthenticator({
    resource,
    issuers: [],
    staticTokens: [token],
    scopesSupported: [],
  })
  const app = createHost({ ...runtime, telemetry, authenticator })
  await runtime.start()
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: `${origin}/mcp`,
    asked,
    behave: (tool, how) => void behaviour.set(tool, how),
    async close() {
      app.server.closeAllConnections()
      await app.close()
      authenticator.close()
      await runtime.close()
      await telemetry.shutdown()
    },
  }
}

/** As a server that is down looks through the gateway. */
export async function isDown(): Promise<void> {
  throw new UnavailableError('orders cannot be reached right now.', { retryAfter: 5 })
}
