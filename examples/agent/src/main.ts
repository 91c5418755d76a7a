import { bearer, listedServers, openFleet } from '@atoll/client'
import { AppError } from '@atoll/errors'
import { answer } from './agent.ts'
import { decideByModel } from './decide-by-model.ts'
import { decideByWords } from './decide-by-words.ts'

const { ATOLL_URL = 'http://127.0.0.1:3000/mcp', ATOLL_TOKEN, MODEL_URL, MODEL = '', MODEL_KEY } = process.env
const question = process.argv.slice(2).join(' ')
if (question === '' || ATOLL_TOKEN === undefined) {
  process.stderr.write('Usage: ATOLL_TOKEN=... node src/main.ts "How many people work in Engineering?"\n')
  process.exit(2)
}
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort(new Error('Interrupted.')))

// All replicas of the gateway are one server: calls go to the one with less to do, and around one that is gone.
const fleet = await openFleet({
  source: listedServers({ atoll: ATOLL_URL.split(',') }),
  credentials: () => bearer(ATOLL_TOKEN),
})
try {
  const text = await answer(question, {
    fleet,
    decide: MODEL_URL ? decideByModel({ url: MODEL_URL, model: MODEL, key: MODEL_KEY }) : decideByWords,
    onCall: ({ name }, args) => process.stderr.write(`  ${name} ${JSON.stringify(args)}\n`),
    signal: interrupted.signal,
  })
  process.stdout.write(`${text}\n`)
} catch (error) {
  if (!(error instanceof AppError) && !interrupted.signal.aborted) throw error
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
} finally {
  await fleet.close()
}
