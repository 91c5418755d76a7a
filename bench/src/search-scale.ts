import { readWords } from '@atoll/knowledge-base/src/seed/corpus/words.ts'
import { knowledgeBaseDatabase } from './knowledge-base/database.ts'
import { growTo, importDocuments } from './knowledge-base/fill.ts'
import { measureSearch, pin, type Result } from './knowledge-base/measure-search.ts'
import { printSearches } from './knowledge-base/search-table.ts'

const SIZES = [1_000, 10_000, 100_000]
/** Documents of eight passages that are really embedded; all others have vectors mixed from theirs. */
const EMBEDDED = 48

/** The tool `search_knowledge_base` over HTTP on one core, at several sizes of the knowledge base. */
export async function benchSearchScale(args: readonly string[]): Promise<void> {
  const sizes = args.length === 0 ? SIZES : args.map(toSize)
  pin(process.pid)
  const words = readWords()
  const database = await knowledgeBaseDatabase('search_scale')
  const rows: Result[] = []
  try {
    say(`importing ${EMBEDDED} documents with the app's own command ...`)
    await importDocuments(database, words, EMBEDDED)
    for (const size of sizes.toSorted((a, b) => a - b)) {
      say(`growing to ${size} passages of about 1,300 characters ...`)
      const filled = await growTo(database, words, size)
      say(`measuring ...`)
      rows.push(await measureSearch(database, words, filled))
    }
  } finally {
    await database.close()
  }
  printSearches(rows, database.version, EMBEDDED)
}

function toSize(text: string): number {
  const size = Number(text)
  if (!Number.isInteger(size) || size < 1 || size > 1_000_000) {
    process.stderr.write(`"${text}" is no number of passages, such as 10000\n`)
    process.exit(2)
  }
  return size
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`)
}
