import { availableParallelism } from 'node:os'
import { progress } from '@atoll/csv-import'
import type { CommandContext } from '@atoll/database'
import { embedderOf } from '../embeddings/create-embedder.ts'
import { createReader } from '../reading/create-reader.ts'
import { report } from './report.ts'
import { type ImportOptions, runImport } from './run-import.ts'

type Folder = Pick<ImportOptions, 'tenant' | 'directory' | 'source' | 'defaults' | 'mayEmpty'>

/** Import a folder on behalf of a command: it says how far it is, and in the end what came of it. */
export async function importFolder(
  { env, ownerUrl, stdout, stderr, signal }: Omit<CommandContext, 'args'> & { ownerUrl: string },
  folder: Folder,
): Promise<void> {
  const reader = createReader({ concurrency: availableParallelism() })
  const embedder = embedderOf(env)
  try {
    const outcome = await runImport({
      ...folder,
      ownerUrl,
      reader,
      embedder,
      progress: (total) => progress(stderr, total),
      signal,
    })
    report(outcome, folder.tenant, stdout, stderr)
  } finally {
    await Promise.all([reader.close(), embedder.close()])
  }
}
