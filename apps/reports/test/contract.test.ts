import { contractSuite } from '@atoll/testing'
import { server } from '../src/server.ts'
import { alice, openDesk, signal } from './desk.ts'

const examples: Record<string, Record<string, unknown>> = {
  list_report_types: {},
  list_my_reports: {},
  generate_report: { type: 'headcount', date_range: { from: '2026-01-01', to: '2026-03-31' } },
  get_report: {},
  cancel_report: {},
}

const secrets = ['Engineering']

contractSuite({
  server,
  async start() {
    const desk = await openDesk()
    const made = await desk.make('headcount')
    secrets.push(made.id)
    examples.get_report = { id: made.id, charts: 'svg' }
    // Never answers, so that there is something left to cancel.
    desk.sources.behave(
      'orders__search_orders',
      (signal) => new Promise((go) => signal.addEventListener('abort', () => go())),
    )
    const args = { type: 'sales_performance' }
    await desk.server.call('generate_report', args, { as: alice, followsTasks: true })
    const { items } = await desk.deps.reports.list(alice, { limit: 1 }, { signal })
    examples.cancel_report = { id: items[0]?.id }
    return { deps: desk.deps, exchange: desk.exchange, close: () => desk.close() }
  },
  owner: { subject: 'alice', scopes: ['reports:read', 'reports:write'] },
  examples,
  secrets,
})
