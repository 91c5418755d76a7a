import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import type { Database, TenantPrincipal } from '@atoll/database'
import type { Position } from '@atoll/server-kit'
import { sql, type Transaction } from 'kysely'
import { type Content, ReportId, type ReportRequest, type ReportSummary, type Status } from '../model.ts'
import { SUMMARY_COLUMNS, toSummary } from './summary.ts'
import type { ReportsTable, Tables } from './tables.ts'

export interface Options {
  signal: AbortSignal
}

export interface NewReport extends ReportRequest {
  readonly priority: ReportsTable['priority']
  /** The scopes of other servers it may be made with. */
  readonly granted: readonly string[]
  readonly steps: number
  /** Seals what the sources are asked with, for this report alone. */
  authorize(id: ReportId): string
}

export interface Found extends ReportSummary {
  readonly content: Content | null
}

/** Puts the job of a report in the queue, in the same transaction. */
export type Enqueue = (
  trx: Transaction<Tables>,
  job: { jobId: string; tenant: string; subject: string; id: ReportId; priority: NewReport['priority'] },
) => Promise<void>

/** Takes the job of a report out of the queue, in the same transaction; ends it where it runs. */
export type Dequeue = (trx: Transaction<Tables>, jobId: string) => Promise<void>

const UNDER_WAY: Status[] = ['queued', 'running']
/** A report under way may end between the two looks at it. */
const TRIES = 3

export function reportStore(database: Database<Tables>, queue: { enqueue: Enqueue; dequeue: Dequeue }) {
  return {
    /** A new report in the queue, or the same one of the same person that is under way. */
    async request(
      principal: Principal,
      report: NewReport,
      { signal }: Options,
    ): Promise<{ report: ReportSummary; joined: boolean }> {
      const { tenant, subject } = principal
      const fingerprint = fingerprintOf(report)
      for (let attempt = 1; ; attempt += 1) {
        const found = await database.inTenant(
          principal,
          async (trx) => {
            const id = ReportId.parse(`rep_${randomBytes(12).toString('hex')}`)
            const job_id = randomUUID()
            const row = await trx
              .insertInto('reports')
              .values({
                tenant,
                id,
                subject,
                type: report.type,
                from_day: report.period.from,
                to_day: report.period.to,
                department: report.department,
                priority: report.priority,
                granted: [...report.granted],
                fingerprint,
                status: 'queued',
                job_id,
                steps_total: Math.max(1, report.steps),
                sealed_authorization: report.authorize(id),
                content: null,
              })
              .onConflict((conflict) => conflict.doNothing())
              .returning(SUMMARY_COLUMNS)
              .executeTakeFirst()
            if (row) {
              await queue.enqueue(trx, { jobId: job_id, tenant, subject, id, priority: report.priority })
              return { report: toSummary(row), joined: false }
            }
            const same = await own(trx, principal)
              .select(SUMMARY_COLUMNS)
              .where('fingerprint', '=', fingerprint)
              .where('status', 'in', UNDER_WAY)
              .executeTakeFirst()
            return same && { report: toSummary(same), joined: true }
          },
          { signal },
        )
        if (found) return found
        if (attempt === TRIES) throw new Error('The same report kept ending while it was joined')
      }
    },

    /** One of the caller's own reports. */
    async find(principal: TenantPrincipal, id: ReportId, { signal }: Options): Promise<Found | undefined> {
      const row = await database.inTenant(
        principal,
        (trx) =>
          own(trx, principal)
            .select([...SUMMARY_COLUMNS, 'content'])
            .where('id', '=', id)
            .executeTakeFirst(),
        { signal, readOnly: true },
      )
      return row && { ...toSummary(row), content: row.content }
    },

    /** The same without what it says. */
    async look(
      principal: TenantPrincipal,
      id: ReportId,
      { signal }: Options,
    ): Promise<ReportSummary | undefined> {
      const row = await database.inTenant(
        principal,
        (trx) => own(trx, principal).select(SUMMARY_COLUMNS).where('id', '=', id).executeTakeFirst(),
        { signal, readOnly: true },
      )
      return row && toSummary(row)
    },

    /** The caller's own reports, newest first. */
    async list(
      principal: Principal,
      { status, limit, after }: { status?: Status | undefined; limit: number; after?: Position | undefined },
      { signal }: Options,
    ): Promise<{ items: ReportSummary[]; last: Position | undefined }> {
      const rows = await database.inTenant(
        principal,
        (trx) => {
          let query = own(trx, principal).select([
            ...SUMMARY_COLUMNS,
            // As text: a Date would round microseconds away, and a page would lose a row.
            sql<string>`requested_at::text`.as('at'),
          ])
          if (status) query = query.where('status', '=', status)
          const [at, id] = after ?? []
          if (at !== undefined && id !== undefined) {
            query = query.where(sql<boolean>`(requested_at, id) < (${at}::timestamptz, ${id})`)
          }
          return query
            .orderBy('requested_at', 'desc')
            .orderBy('id', 'desc')
            .limit(limit + 1)
            .execute()
        },
        { signal, readOnly: true },
      )
      const final = rows[limit - 1]
      return {
        items: rows.slice(0, limit).map(toSummary),
        last: rows.length > limit && final ? [final.at, final.id] : undefined,
      }
    },

    /** End a report of the caller's own that is under way; what has ended stays as it is. */
    async cancel(
      principal: Principal,
      id: ReportId,
      { signal }: Options,
    ): Promise<ReportSummary | undefined> {
      return await database.inTenant(
        principal,
        async (trx) => {
          const cancelled = await trx
            .updateTable('reports')
            .set({ status: 'cancelled', sealed_authorization: null, finished_at: sql<Date>`now()` })
            .where('tenant', '=', principal.tenant)
            .where('subject', '=', principal.subject)
            .where('id', '=', id)
            .where('status', 'in', UNDER_WAY)
            .returning([...SUMMARY_COLUMNS, 'job_id'])
            .executeTakeFirst()
          if (cancelled) {
            await queue.dequeue(trx, cancelled.job_id)
            return toSummary(cancelled)
          }
          const row = await own(trx, principal)
            .select(SUMMARY_COLUMNS)
            .where('id', '=', id)
            .executeTakeFirst()
          return row && toSummary(row)
        },
        { signal },
      )
    },
  }
}

export type ReportStore = ReturnType<typeof reportStore>

function own(trx: Transaction<Tables>, { tenant, subject }: TenantPrincipal) {
  return trx.selectFrom('reports').where('tenant', '=', tenant).where('subject', '=', subject)
}

/** Whoever may see less gets another report, so that nobody joins one that shows more. */
function fingerprintOf({ type, period, department, granted }: NewReport): string {
  const parts = [type, period.from, period.to, department, [...granted].sort()]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
