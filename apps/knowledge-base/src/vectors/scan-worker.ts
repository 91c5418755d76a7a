import { parentPort } from 'node:worker_threads'
import { yieldToOthers } from '../yield-to-others.ts'
import { CodeMemory } from './scan/code-memory.ts'
import type { HeldVectors } from './scan/held-vectors.ts'
import { beginLoading, type Loading } from './scan/loading.ts'
import type { Found, FromThread, Holding, ScanRequest, ToThread } from './scan/messages.ts'
import { createMultiply } from './scan/multiply.ts'
import { Rounds } from './scan/rounds.ts'
import type { Near } from './vector-index.ts'

if (!parentPort) throw new Error('This file runs as a worker thread')
const port = parentPort
yieldToOthers()
const memory = new CodeMemory()
const held = new Map<string, HeldVectors>()
const loading = new Map<string, Loading>()
const rounds = new Rounds({
  multiply: createMultiply(memory),
  found: (id, near) => send({ id, answer: foundOf(near) }),
  failed: (id, error) => send({ id, error }),
})

port.on('message', (message: ToThread) => {
  if ('cancel' in message) return rounds.cancel(message.cancel)
  const { id, request } = message
  // What is being loaded is seen by nobody before it is committed.
  if (request.kind === 'commit') return rounds.change(() => reply(id, request))
  if (request.kind !== 'near') return reply(id, request)
  const vectors = held.get(request.key)
  if (vectors) rounds.add(id, vectors, request)
  else send({ id, error: missing(request.key) })
})

type Change = Exclude<ScanRequest, { kind: 'near' }>

function reply(id: number, request: Change): void {
  try {
    send({ id, answer: handle(request) })
  } catch (error) {
    send({ id, error })
  }
}

function foundOf(near: readonly Near[]): Found {
  const found = { passages: new Float64Array(near.length), scores: new Float64Array(near.length) }
  for (const [index, { passage, score }] of near.entries()) {
    found.passages[index] = passage
    found.scores[index] = score
  }
  return found
}

function send(message: FromThread): void {
  port.postMessage(message)
}

function handle(request: Change): Holding | undefined {
  const { key } = request
  switch (request.kind) {
    case 'begin':
      loading.set(key, beginLoading(held.get(key), request, memory))
      return undefined
    case 'rows':
      loadingOf(key).take(request.rows)
      return undefined
    case 'commit': {
      const vectors = loadingOf(key).commit()
      loading.delete(key)
      held.set(key, vectors)
      return { rows: vectors.rows, documents: vectors.documents, bytes: vectors.bytes }
    }
    case 'abandon':
      loading.delete(key)
      return undefined
    case 'drop':
      held.delete(key)
      return undefined
  }
}

function loadingOf(key: string): Loading {
  const begun = loading.get(key)
  if (begun === undefined) throw missing(key)
  return begun
}

function missing(key: string): Error {
  return new Error(`Nothing is held under ${key}`)
}
