import { parentPort } from 'node:worker_threads'
import { InvalidError } from '@atoll/errors'
import { yieldToOthers } from '../yield-to-others.ts'
import { passagesOf } from './passages/passages-of.ts'
import { plainText } from './plain-text.ts'
import { readDocument } from './read-document.ts'
import { type Answer, type Question, READY } from './worker-messages.ts'

yieldToOthers()
// The thread that asked ends this one when it no longer wants the answer.
const { signal } = new AbortController()

parentPort?.on('message', async (question: Question) => {
  parentPort?.postMessage(await answer(question))
})
parentPort?.postMessage(READY)

async function answer({ bytes, name }: Question): Promise<Answer> {
  try {
    const extracted = await readDocument(bytes, name, { signal })
    const passages = passagesOf(extracted).map((passage) => ({ ...passage, plain: plainText(passage.text) }))
    return { kind: 'read', reading: { ...extracted, passages } }
  } catch (error) {
    if (error instanceof InvalidError)
      return { kind: 'refused', reason: error.message, cause: String(error.cause) }
    return { kind: 'refused', reason: 'It could not be read.', cause: String(error) }
  }
}
