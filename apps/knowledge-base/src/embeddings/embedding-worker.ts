import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { yieldToOthers } from '../yield-to-others.ts'
import { loadEncoder } from './embedded/encoder.ts'
import { Gate } from './embedded/gate.ts'
import { Job } from './embedded/job.ts'
import type { FromWorker, ToWorker } from './embedded/messages.ts'
import { createSchedule } from './embedded/schedule.ts'
import { createTokenizer } from './embedded/tokenizer.ts'
import { DIMENSIONS } from './embedded/transformer.ts'
import { readVocabulary } from './embedded/weights.ts'

if (!parentPort) throw new Error('This file runs as a worker thread')
const port = parentPort
const { threads, gate: shared } = z
  .object({ threads: z.int().min(1), gate: z.instanceof(SharedArrayBuffer) })
  .parse(workerData)
yieldToOthers()
const gate = new Gate(shared)
const tokenize = createTokenizer(await readVocabulary())
const encode = await gate.pass(() => loadEncoder(threads))
const schedule = createSchedule()
let isWorking = false

port.on('message', (message: ToWorker) => {
  if ('cancel' in message) return schedule.remove(message.cancel)
  schedule.add(new Job(message.id, message.texts, tokenize))
  if (!isWorking) void work()
})

async function work(): Promise<void> {
  isWorking = true
  for (let parts = schedule.next(); parts.length > 0; parts = schedule.next()) {
    const vectors = await gate.pass(async () => encode?.(parts.map((part) => part.tokens)))
    if (!vectors) return
    for (const [row, part] of parts.entries()) {
      part.job.add(part, vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS))
    }
    for (const job of new Set(parts.map((part) => part.job))) answer(job)
    // What arrived meanwhile is heard before the next parts are chosen.
    await setImmediate()
  }
  isWorking = false
}

function answer(job: Job): void {
  const vectors = job.finish()
  if (!vectors) return
  schedule.remove(job.id)
  port.postMessage({ id: job.id, vectors } satisfies FromWorker, [vectors.buffer])
}
