import type { Principal } from '@atoll/auth'
import { UnavailableError } from '@atoll/errors'
import type { Embedder } from '../embeddings/embedder.ts'
import type { Scored } from '../scored.ts'
import type { ByWords, SearchFilter, searchStore } from '../store/search.ts'
import { timed } from '../timed.ts'
import type { Near, VectorIndex } from '../vectors/vector-index.ts'
import type { Degradation } from './degradation.ts'
import { isSameReach, type Reach, Reaches } from './reach.ts'

/** Milliseconds after which a search goes on without the meaning of its query, and then without vectors that load. */
const PATIENCE = 2000

/** How much of what the caller may read was searched by meaning. */
export type Meaning = 'full' | 'partial' | 'unavailable'

export interface ByMeaning {
  passages: Scored[]
  meaning: Meaning
}

export interface ByMeaningParts {
  store: Pick<ReturnType<typeof searchStore>, 'covered'>
  embedder: Embedder
  vectors: VectorIndex
  /** Told of each search whether it could compare meanings. */
  meaning: Pick<Degradation, 'worked' | 'failed'>
}

/** The half that goes by meaning, while words are being looked up. */
export type BeginByMeaning = (
  principal: Principal,
  filter: Pick<SearchFilter, 'query' | 'category' | 'updatedSince'>,
  most: number,
  signal: AbortSignal,
) => (byWords: ByWords) => Promise<ByMeaning | undefined>

interface Looked {
  near: Near[]
  covered: ReadonlyMap<number, number>
}

/**
 * Looks where callers with the same rights could look lately, without waiting for the words. They tell where this one
 * may look: what was found is taken if that is the same, else it is looked for once more. What is returned ends the
 * search; undefined when meaning cannot be asked.
 */
export function createByMeaning({ store, embedder, vectors, meaning }: ByMeaningParts): BeginByMeaning {
  const reaches = new Reaches()
  return (principal, { query, category, updatedSince }, most, signal) => {
    const embedded = timed('embed', () => embed(query, signal))
    const look = async (reach: Reach): Promise<Looked | undefined> => {
      const vector = await embedded
      if (vector === undefined) return undefined
      return await timed('near', () =>
        lookAround(principal, reach, { vector, since: updatedSince }, most, signal),
      )
    }
    const last = reaches.last(principal, category)
    const early = last && look(last)
    // They fail for those who wait for them.
    for (const begun of [embedded, early]) begun?.catch(() => {})
    return async (byWords) => {
      reaches.keep(principal, category, byWords)
      try {
        const looked = await (last && isSameReach(last, byWords) ? early : look(byWords))
        if (looked === undefined) return undefined
        meaning.worked()
        return among(looked, byWords)
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof UnavailableError)) throw error
        meaning.failed(error)
        return undefined
      }
    }
  }

  async function embed(query: string, signal: AbortSignal): Promise<Float32Array | undefined> {
    try {
      return (await patiently(signal, (patience) => embedder.embed([query], patience)))[0]
    } catch (error) {
      signal.throwIfAborted()
      meaning.failed(error)
      return undefined
    }
  }

  async function lookAround(
    principal: Principal,
    { revision, shelves }: Reach,
    sought: { vector: Float32Array; since: Date | undefined },
    limit: number,
    signal: AbortSignal,
  ): Promise<Looked> {
    const { model } = embedder
    const ids = shelves.map(({ id }) => id)
    const query = { ...sought, model, shelves: ids, limit, revision }
    return await patiently(signal, async (patience) => {
      const [near, covered] = await Promise.all([
        ids.length === 0 ? [] : vectors.near(principal, query, patience),
        store.covered(principal, model, revision),
      ])
      return { near, covered }
    })
  }
}

function among({ near, covered }: Looked, { shelves, isPhrase, passages }: ByWords): ByMeaning {
  const isFull = shelves.every(({ id, passages }) => (covered.get(id) ?? 0) >= passages)
  const allowed = isPhrase ? new Set(passages.map(({ passage }) => passage)) : undefined
  return {
    passages: allowed ? near.filter(({ passage }) => allowed.has(passage)) : near,
    meaning: isFull ? 'full' : 'partial',
  }
}

/** Run with a signal that aborts with another, or too late. Unlike AbortSignal.timeout, it leaves no timer. */
async function patiently<T>(
  signal: AbortSignal,
  run: (options: { signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  const timer = setTimeout(() => controller.abort(tooLate()), PATIENCE)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await run({ signal: controller.signal })
  } catch (error) {
    if (!controller.signal.aborted) throw error
    throw controller.signal.reason
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

function tooLate(): UnavailableError {
  return new UnavailableError(`Meaning could not be compared within ${PATIENCE} ms.`)
}
