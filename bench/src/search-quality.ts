import Table from 'cli-table3'
import { DEEPEST, type Library, openLibrary } from './search-quality/library.ts'
import { OWN_DIRECTORY, parseOptions } from './search-quality/options.ts'
import { readQuestions } from './search-quality/question.ts'
import { type Answered, askAll, hitAt, meanReciprocalRank } from './search-quality/score.ts'

const SHOWN = 5

/** Labelled questions about a handbook, asked through the app's own search: how often the right page comes up. */
export async function benchSearchQuality(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  if (!options) {
    process.stderr.write(`  search-quality is left out: there is no handbook at ${OWN_DIRECTORY}\n`)
    return
  }
  process.stderr.write(`  importing ${options.directory} ...\n`)
  const library = await openLibrary(options.directory)
  try {
    const questions = await readQuestions(options.questions, library.pages)
    const answered = new Map<string, Answered[]>()
    for (const [way, ask] of Object.entries(library.ways)) answered.set(way, await askAll(ask, questions))
    print(library, answered)
  } finally {
    await library.close()
  }
}

function print({ imported, pages }: Library, answered: ReadonlyMap<string, Answered[]>): void {
  const asked = answered.get('both') ?? []
  const table = new Table({
    head: [
      `${asked.length} questions, ${pages.size} pages, ${imported.passages} passages`,
      'hit@1',
      `hit@${SHOWN}`,
      'MRR',
    ],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const [way, each] of answered) {
    table.push([
      way,
      ...[hitAt(1, each), hitAt(SHOWN, each), meanReciprocalRank(each)].map((n) => n.toFixed(3)),
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
  const missed = asked.filter(({ rank }) => rank === undefined || rank > SHOWN)
  if (missed.length > 0) process.stdout.write(`  Missed by both, with the rank of the right page:\n`)
  for (const { rank, question, pages } of missed) {
    process.stdout.write(
      `  ${String(rank ?? `>${DEEPEST}`).padStart(4)}  ${question}\n        ${pages.join(', ')}\n`,
    )
  }
}
