import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { addRows, isWithin, type UsageRow } from './usage-row.ts'
import type { Batch, UsageStore } from './usage-store.ts'

const Row = z.object({
  day: z.string(),
  tenant: z.string(),
  team: z.string(),
  server: z.string(),
  tool: z.string(),
  calls: z.number(),
  units: z.number(),
  failed: z.number(),
})
const Line = z.object({ id: z.string(), rows: z.array(Row) })

/**
 * Usage in a file of one process: one line of JSON for each batch, made one line when it is opened. Throws InvalidError for
 * a file that cannot be read or written, or is something else.
 */
export function fileStore(path: string): UsageStore {
  const rows = new Map<string, UsageRow>()
  addRows(rows, readRows(path))
  try {
    writeFileSync(`${path}.new`, lineOf({ id: 'before', rows: [...rows.values()] }), { flush: true })
    renameSync(`${path}.new`, path)
  } catch (cause) {
    throw new InvalidError(`USAGE_FILE (${path}) cannot be written.`, { cause })
  }
  const kept = new Set<string>()
  return {
    name: 'USAGE_FILE',
    async keep(batch) {
      if (kept.has(batch.id)) return
      await append(path, lineOf(batch))
      kept.clear()
      kept.add(batch.id)
      addRows(rows, batch.rows)
    },
    read: async (days) => [...rows.values()].filter((row) => isWithin(row, days)).map((row) => ({ ...row })),
    close: async () => {},
  }
}

function lineOf(batch: Batch): string {
  return `${JSON.stringify(batch)}\n`
}

/** On the disk when it resolves; a line that was not written whole is taken back. */
async function append(path: string, line: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    const { size } = await file.stat()
    try {
      await file.appendFile(line)
      await file.datasync()
    } catch (error) {
      await file.truncate(size)
      throw error
    }
  } finally {
    await file.close()
  }
}

function readRows(path: string): UsageRow[] {
  const lines = textOf(path).split('\n')
  // A process that was killed may have left the last line unfinished; it was never said to be kept.
  const whole = lines.slice(0, -1)
  return whole.flatMap((line, index) => {
    const { data } = Line.safeParse(parsed(line))
    if (data) return data.rows
    throw new InvalidError(`USAGE_FILE (${path}) is not a file of usage: line ${index + 1} is not right.`)
  })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new InvalidError(`USAGE_FILE (${path}) cannot be read.`, { cause: error })
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
