import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportNorthwind, testDatabase } from '@atoll/testing'

/** A folder with the CSV files of Northwind. */
export async function northwindFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'atoll-northwind-'))
  const source = await testDatabase({ name: 'northwind', migrations: {} })
  try {
    await exportNorthwind({ url: source.ownerUrl, directory: path })
  } finally {
    await source.close()
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
