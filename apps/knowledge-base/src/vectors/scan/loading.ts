import type { CodeMemory } from './code-memory.ts'
import { type HeldRow, HeldVectors } from './held-vectors.ts'
import type { ScanRequest, StoredRow } from './messages.ts'
import { storedVector } from './stored-vector.ts'

/** Rows on their way into memory, which searches do not see before all have come. */
export interface Loading {
  take(rows: readonly StoredRow[]): void
  /** Answers what searches see from now on. */
  commit(): HeldVectors
}

export function beginLoading(
  held: HeldVectors | undefined,
  { dimensions, replaces }: Extract<ScanRequest, { kind: 'begin' }>,
  memory: CodeMemory,
): Loading {
  return held === undefined || replaces === 'everything'
    ? afresh(dimensions, memory)
    : amending(held, replaces)
}

function afresh(dimensions: number, memory: CodeMemory): Loading {
  const fresh = new HeldVectors(dimensions, memory)
  return {
    take(rows) {
      for (const row of held(rows)) fresh.add(row)
    },
    commit: () => fresh,
  }
}

function amending(present: HeldVectors, documents: readonly string[]): Loading {
  const arrived: HeldRow[] = []
  return {
    take: (rows) => void arrived.push(...held(rows)),
    commit() {
      present.forget(documents)
      for (const row of arrived) present.add(row)
      return present
    },
  }
}

/** Without those that hold no numbers, which are near to nothing. */
function held(rows: readonly StoredRow[]): HeldRow[] {
  return rows.flatMap(({ embedding, ...facts }) => {
    const vector = storedVector(embedding)
    return vector ? { ...facts, vector } : []
  })
}
