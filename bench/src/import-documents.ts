import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Shape } from '@atoll/knowledge-base/src/seed/corpus/compose.ts'
import { readWords } from '@atoll/knowledge-base/src/seed/corpus/words.ts'
import { writeDocuments } from '@atoll/knowledge-base/src/seed/generate-documents.ts'
import Table from 'cli-table3'
import { type BenchDatabase, knowledgeBaseDatabase } from './knowledge-base/database.ts'
import { type Ran, runApp } from './knowledge-base/run-app.ts'

const DOCUMENTS = 1_000
const CHANGED = 10
/** About 2 KB of Markdown. */
const SHAPE: Shape = { sections: 2, paragraphs: 2, sentences: 6 }

interface Run {
  label: string
  ran: Ran
  /** What the import says of itself. */
  said: string
  machineLoad: number
}

/** The app's own import of Markdown files into an empty tenant, again without a change, and again with a few. */
export async function benchImportDocuments(): Promise<void> {
  const words = readWords()
  const directory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
  const database = await knowledgeBaseDatabase('import_documents')
  try {
    await writeDocuments(directory, words, { count: DOCUMENTS, shape: SHAPE })
    const runs: Run[] = [await run(`${DOCUMENTS} files, all new`, database, directory)]
    runs.push(await run('again, none changed', database, directory))
    await change(directory)
    runs.push(await run(`again, ${CHANGED} changed`, database, directory))
    print(runs, database.version)
  } finally {
    await database.close()
    await rm(directory, { recursive: true })
  }
}

async function run(label: string, { ownerUrl, appUrl }: BenchDatabase, directory: string): Promise<Run> {
  process.stderr.write(`  ${label} ...\n`)
  const machineLoad = loadavg()[0] ?? Number.NaN
  const ran = await runApp(['import', '--tenant', 'acme', '--dir', directory, '--source', 'bench'], {
    DATABASE_URL: appUrl,
    DATABASE_OWNER_URL: ownerUrl,
  })
  return { label, ran, said: ran.said.trim().split('\n').join('; '), machineLoad }
}

async function change(directory: string): Promise<void> {
  for (let number = 0; number < CHANGED; number += 1) {
    const file = join(directory, 'part-0', `document-${number}.md`)
    await writeFile(file, `${await readFile(file, 'utf8')}\nThis has changed.\n`)
  }
}

function print(runs: readonly Run[], version: string): void {
  const table = new Table({
    head: [
      'import of 2 KB Markdown files',
      'seconds',
      'storing s',
      'embedding s',
      'reading s',
      'main s',
      'load before',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const { label, ran, machineLoad } of runs) {
    const { elapsed, cores, observed } = ran
    const seconds = (time = 0) => (time / 1000).toFixed(1)
    table.push([
      label,
      seconds(elapsed),
      seconds(observed.steps.store?.total),
      seconds(cores.get('embedding')),
      seconds(cores.get('reading')),
      seconds(cores.get('MainThread')),
      machineLoad.toFixed(1),
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
  for (const { label, said } of runs) process.stdout.write(`  ${label}: ${said}\n`)
  process.stdout.write(
    `  ${availableParallelism()} cores with PostgreSQL on the same, ${version}. Storing is time that passed beside the\n` +
      `  rest, embedding, reading and main are seconds of a core by thread.\n`,
  )
}
