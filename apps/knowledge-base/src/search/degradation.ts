import { UnavailableError } from '@atoll/errors'

/** What the last searches say of a part that search can do without. */
export interface Degradation {
  worked(): void
  failed(error: unknown): void
  /** Throws UnavailableError when the last use failed, unless that was long ago. */
  check(): void
}

/** Milliseconds after which a failure says nothing of now. */
const REMEMBERED = 30_000

/** `onFailure` is told of the first failure in a row. */
export function createDegradation(onFailure: (error: unknown) => void): Degradation {
  let failedAt: number | undefined
  return {
    worked() {
      failedAt = undefined
    },
    failed(error) {
      if (failedAt === undefined) onFailure(error)
      failedAt = performance.now()
    },
    check() {
      if (failedAt === undefined || performance.now() - failedAt > REMEMBERED) return
      throw new UnavailableError('Meaning could not be compared: documents are found by their words only.')
    },
  }
}
