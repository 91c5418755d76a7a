import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/embedded/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    adminUrl: string
  }
}

/** One server for all test files: that of TEST_DATABASE_URL, or an embedded one that lives as long as the run. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const external = process.env.TEST_DATABASE_URL
  if (external) {
    project.provide('adminUrl', external)
    return undefined
  }
  const directory = await mkdtemp(join(tmpdir(), 'atoll-database-test-'))
  // Root's server runs as somebody else, who must get in.
  await chmod(directory, 0o755)
  const server = await startEmbeddedPostgres({ dataDirectory: directory, port: 0, durable: false })
  project.provide('adminUrl', server.adminUrl)
  return async () => {
    await server.stop()
    await rm(directory, { recursive: true })
  }
}
