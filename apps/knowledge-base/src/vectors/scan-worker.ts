import { parentPort } from 'node:worker_threads'
import { yieldToOthers } from '../yield-to-others.ts'
import type { HeldVectors } from './scan/held-vectors.ts'
import { beginLoading, type Loading } from './scan/loading.ts'
import type { FromThread, Holding, ScanAnswers, ScanRequest, ToThread } from './scan/messages.ts'
import { WaitingSearches } from './scan/waiting-searches.ts'

yieldToOthers()
const held = new Map<string, HeldVectors>()
const loading = new Map<string, Loading>()
const searches = new WaitingSearches(reply)

parentPort?.on('message', (message: ToThread) => {
  if ('cancel' in message) return searches.cancel(message.cancel)
  const { id, request } = message
  if (request.kind !== 'near') return reply(id, () => handle(request))
  const vectors = held.get(request.key)
  if (vectors) searches.add({ id, held: vectors, sought: request })
  else reply(id, () => missing(request.key))
})

function handle(request: Exclude<ScanRequest, { kind: 'near' }>): Holding | undefined {
  const { key } = request
  switch (request.kind) {
    case 'begin':
      loading.set(key, beginLoading(held.get(key), request))
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
  return loading.get(key) ?? missing(key)
}

function missing(key: string): never {
  throw new Error(`Nothing is held under ${key}`)
}

function reply(id: number, run: () => ScanAnswers[ScanRequest['kind']]): void {
  let message: FromThread
  try {
    message = { id, answer: run() }
  } catch (error) {
    message = { id, error }
  }
  parentPort?.postMessage(message)
}
