import { randomBytes } from 'node:crypto'
import { createDatabase } from '@atoll/database'
import { createCursors, defineDomain } from '@atoll/server-kit'
import { z } from 'zod'
import { Age } from './age.ts'
import { authorizations } from './jobs/authorization.ts'
import { keepFor } from './jobs/keep-for.ts'
import { measureQueue } from './jobs/measure-queue.ts'
import { type Job, openQueue, queueSide } from './jobs/queue.ts'
import { startQueue } from './jobs/start-queue.ts'
import { work } from './jobs/work.ts'
import { createRenderer } from './rendering/renderer.ts'
import { oldReportStore } from './store/old-reports.ts'
import { reportStore } from './store/reports.ts'
import { runStore } from './store/runs.ts'
import type { Tables } from './store/tables.ts'
import { reportTasks } from './tasks.ts'

/** Who may hear that a report is further. */
const Audience = z.strictObject({ subject: z.string() })

export const reports = defineDomain({
  name: 'reports',
  scopes: {
    read: 'See your own reports, as far as you may see what they are made of',
    write: 'Ask for reports, made with your own rights at other servers, and cancel them',
  },
  data: 'confidential',
  limits: { timeout: '20s', rate: '300/min' },
  config: z.object({
    DATABASE_URL: z.url().describe('PostgreSQL as the app role, which row-level security binds'),
    DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10).describe('Connections at most'),
    GATEWAY_URL: z
      .url()
      .optional()
      .describe('The MCP endpoint of the gateway that sources are asked through'),
    REPORTS_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4).describe('Made here at a time'),
    REPORTS_PER_TENANT: z.coerce
      .number()
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe('Of a tenant, at all replicas'),
    REPORTS_KEEP: Age.optional().describe('How long reports are kept that ended; for good when left out'),
    // Without it every process seals with a key of its own, and no other can go on with its reports.
    STATE_SECRET: z.string().min(32).optional(),
  }),
  audience: Audience,
  admits: (principal, { subject }) => principal.subject === subject,
  connect: async (config, { signal, logger, changes, metrics }) => {
    const database = createDatabase<Tables>({
      url: config.DATABASE_URL,
      poolSize: config.DATABASE_POOL_SIZE,
      statementTimeout: 10_000,
      // A worker that froze must not keep its report from the next one.
      idleInTransactionTimeout: 5000,
      applicationName: 'reports',
    })
    const secret = config.STATE_SECRET ?? randomBytes(32).toString('base64url')
    const gatewayUrl = config.GATEWAY_URL
    const boss = openQueue(config.DATABASE_URL, logger)
    const runs = runStore(database)
    const renderer = createRenderer()
    const onChange = ({ tenant, subject, id }: Job) => {
      const notifier = changes.everywhere(tenant)
      notifier.task(id)
      notifier.resource(`report://${id}`, { audience: { subject } })
    }
    const onDead = async (job: Job, reason: string) => {
      logger.error({ report: job.id, reason }, 'A report could not be made')
      const failure = 'It could not be made, and was tried again and again. Ask for it later.'
      await runs.fail(job, job.id, failure, { signal: new AbortController().signal })
      onChange(job)
    }
    const parts = { runs, authorizations: authorizations(secret), gatewayUrl, logger, onChange }
    const { REPORTS_CONCURRENCY: concurrency, REPORTS_PER_TENANT: perTenant } = config
    const queue = await startQueue(
      async () => {
        await boss.start()
        await work(boss, parts, { concurrency, perTenant, onDead })
      },
      { signal, logger },
    )
    const { REPORTS_KEEP: days } = config
    const keeping =
      days === undefined ? undefined : keepFor(days, oldReportStore(database), { signal, logger })
    measureQueue(database, metrics)
    return {
      deps: {
        reports: reportStore(database, queueSide(boss, queue)),
        authorizations: parts.authorizations,
        renderer,
        cursors: createCursors(secret),
        hasGateway: gatewayUrl !== undefined,
      },
      probes: { database: (probe) => database.probe(probe), queue: () => queue.check() },
      async close() {
        // What runs gets a moment to end; the rest is begun again by another replica, or after the restart.
        await queue.stop()
        await keeping?.stop()
        await boss.stop({ graceful: true, timeout: 5000 })
        await renderer.close()
        await database.close()
      },
    }
  },
  tasks: ({ reports }) => reportTasks(reports),
})
