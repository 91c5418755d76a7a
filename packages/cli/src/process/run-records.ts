import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../files/read-json.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { isAlive, processInfo } from './process-info.ts'

/** One process of ours, written down so that a later start can recognise what outlived a `kill -9`. */
export const RunRecord = z.object({
  name: z.string(),
  /** `launcher`: keeps the fleet and its PostgreSQL; `visitor`: uses the PostgreSQL for a while; `server`: an app. */
  kind: z.enum(['launcher', 'visitor', 'server']),
  pid: z.int().positive(),
  startTime: z.string(),
  command: z.array(z.string()),
})
export type RunRecord = z.output<typeof RunRecord>

/** Write down a process; resolves with how to take the record away. */
export async function recordRun(
  home: string,
  { name, kind, pid }: Pick<RunRecord, 'name' | 'kind' | 'pid'>,
): Promise<() => Promise<void>> {
  const info = await processInfo(pid)
  const file = join(folderOf(home), `${name}.json`)
  // Gone already: a record without a start time might later name a stranger.
  if (info === undefined && process.platform === 'linux') return async () => {}
  const record: RunRecord = {
    name,
    kind,
    pid,
    startTime: info?.startTime ?? '',
    command: [...(info?.command ?? [])],
  }
  await mkdir(folderOf(home), { recursive: true })
  await writeAtomically(file, `${JSON.stringify(record)}\n`)
  return () => rm(file, { force: true })
}

/** The recorded processes that still run; records of the others are removed. */
export async function liveRuns(home: string): Promise<RunRecord[]> {
  const names = await readdir(folderOf(home)).catch(() => [])
  const records = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => {
        const file = join(folderOf(home), name)
        const record = await readJson(file, RunRecord)
        if (record && (await isSameProcess(record))) return record
        await rm(file, { force: true })
        return undefined
      }),
  )
  return records.filter((record) => record !== undefined)
}

/** Whether the process is the one recorded, and not a later one that got the same pid. */
export async function isSameProcess(record: RunRecord): Promise<boolean> {
  if (record.startTime === '') return isAlive(record.pid)
  const info = await processInfo(record.pid)
  return info?.startTime === record.startTime && info.command.join('\0') === record.command.join('\0')
}

function folderOf(home: string): string {
  return join(home, 'run')
}
