import { findEmbeddedPostgres } from '@atoll/database/embedded'
import { discoverApps } from '../apps/discover-apps.ts'
import { type Context, printJson, terminalOn } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { howToStart } from '../fleet/how-to-call.ts'
import { postgresDirectory } from '../fleet/postgres.ts'
import { readinessOf } from '../process/readiness.ts'
import { liveRuns } from '../process/run-records.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'

/** Show what runs; code 3 when nothing does, 1 when something that should does not. */
export async function status(context: Context, options: { json?: boolean }): Promise<ExitCode> {
  const { settings } = context
  const apps = await discoverApps(settings)
  const runs = await liveRuns(settings.home)
  const launcher = runs.find(({ kind }) => kind === 'launcher')
  const servers = await Promise.all(
    [apps.gateway, ...apps.domains].map(async ({ name, url, mcp }) => {
      const pid = runs.find((run) => run.kind === 'server' && run.name === name)?.pid
      const readiness = pid === undefined ? undefined : await readinessOf(url)
      const state =
        readiness === undefined ? 'stopped' : readiness.ready ? 'ready' : `not ready: ${readiness.why}`
      return { name, url, mcp, state, ...(pid !== undefined && { pid }) }
    }),
  )
  const postgres = await postgresState(settings.home)
  const running = launcher !== undefined
  if (options.json) printJson(context, { running, ...(launcher && { pid: launcher.pid }), servers, postgres })
  else {
    const terminal = terminalOn(context)
    const rows = [
      ...servers.map(({ name, mcp, state, pid }) => [name, mcp, printableLine(state), pid?.toString() ?? '']),
      [
        'postgres',
        postgres.port ? `127.0.0.1:${postgres.port}` : '',
        postgres.state,
        postgres.pid?.toString() ?? '',
      ],
    ]
    const columns = [
      { title: 'SERVER' },
      { title: 'URL' },
      { title: 'STATE', flexible: true },
      { title: 'PROCESS' },
    ]
    terminal.print(table(columns, rows, terminal))
    if (!running) terminal.print(`\nThe fleet is not running; start it with \`${howToStart(context.env)}\`.`)
  }
  if (!running) return EXIT.unreachable
  return servers.every(({ state }) => state === 'ready') ? EXIT.ok : EXIT.failed
}

async function postgresState(home: string): Promise<{ state: string; port?: number; pid?: number }> {
  const directory = postgresDirectory(home)
  const found = directory === undefined ? undefined : await findEmbeddedPostgres(directory)
  return found ? { state: 'running', port: found.port, pid: found.pid } : { state: 'stopped' }
}
