import { join, resolve } from 'node:path'
import { type AuditEntry, type AuditPage, type AuditQuery, databaseSearch, searchFiles } from '@atoll/audit'
import { InvalidError } from '@atoll/errors'
import { type Context, terminalOn } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { parseSeconds } from '../fleet/duration.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'

export interface AuditSearchOptions {
  readonly dir?: string
  /** URL of a role that may read. */
  readonly database?: string
  readonly subject?: string
  readonly tenant?: string
  readonly tool?: string
  readonly outcome?: string
  readonly since?: string
  readonly until?: string
  readonly limit: string
  readonly json?: boolean
}

/** Show who called what, newest first; with --json one entry a line. Code 1 when nothing was found. */
export async function auditSearch(context: Context, options: AuditSearchOptions): Promise<ExitCode> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidError('--limit must be a number, 1 or more.')
  const { subject, tenant, tool, outcome } = options
  const query = {
    ...{ subject, tenant, tool, outcome },
    since: timeOf('--since', options.since),
    until: timeOf('--until', options.until),
  }
  const found: AuditEntry[] = []
  await using source = openSource(context, options)
  let cursor: string | undefined
  do {
    const page = await source.search({ ...query, cursor, limit: Math.min(1000, limit - found.length) })
    cursor = page.cursor
    found.push(...page.entries)
  } while (cursor !== undefined && found.length < limit)
  if (options.json) for (const entry of found) context.stdout.write(`${JSON.stringify(entry)}\n`)
  else show(context, found, cursor !== undefined)
  return found.length > 0 ? EXIT.ok : EXIT.failed
}

interface Source extends AsyncDisposable {
  search(query: AuditQuery): Promise<AuditPage>
}

function openSource({ settings }: Context, { dir, database }: AuditSearchOptions): Source {
  if (database !== undefined) {
    if (!URL.canParse(database))
      throw new InvalidError('--database must be a URL: postgres://reader@host/database')
    const opened = databaseSearch(database)
    return { search: opened.search, [Symbol.asyncDispose]: opened.close }
  }
  const folder = dir === undefined ? join(settings.home, 'audit') : resolve(settings.cwd, dir)
  return {
    search: (query) =>
      searchFiles(folder, query).catch((cause) => {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
          throw new InvalidError(`There is no audit in ${folder}.`, { cause })
        throw cause
      }),
    async [Symbol.asyncDispose]() {},
  }
}

/** A date and time, or how long ago: `2h`. */
function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d+[smhd]$/.test(text)) return Date.now() - parseSeconds(text) * 1000
  const time = Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new InvalidError(
    `${option} must be a time such as 2026-11-21T08:00Z, or how long ago it was: 30m, 2h, 7d.`,
  )
}

function show(context: Context, entries: readonly AuditEntry[], isMore: boolean): void {
  const terminal = terminalOn(context)
  if (entries.length === 0) {
    terminal.print('Nothing was found.')
    return
  }
  const columns = [
    { title: 'TIME' },
    { title: 'WHO', flexible: true },
    { title: 'TENANT', flexible: true },
    { title: 'WHAT', flexible: true },
    { title: 'OUTCOME' },
    { title: 'MS', align: 'right' as const },
    { title: 'REQUEST', flexible: true },
  ]
  const rows = entries.map((entry) => {
    const {
      time,
      subject = '-',
      actor,
      tenant = '-',
      kind,
      name,
      outcome,
      rule,
      durationMs,
      requestId,
    } = entry
    const who = actor === undefined ? subject : `${subject} by ${actor}`
    const why = rule === undefined ? outcome : `${outcome}: ${rule}`
    return [time, who, tenant, name ?? kind, why, durationMs.toFixed(1), requestId].map(printableLine)
  })
  terminal.print(table(columns, rows, terminal))
  if (isMore) terminal.print('… and more; --limit shows them, --until goes back in time.')
}
