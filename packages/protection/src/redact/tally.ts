import { DETECTORS, type Detector } from '../detect/detector.ts'
import { HIDDEN, type Hidden, type HiddenCounts } from '../suspect/hidden.ts'

/** What was found in a result, counted by the places it was found in; never the values. */
export class Tally {
  readonly redactions: Partial<Record<Detector, number>> = {}
  readonly hidden: HiddenCounts = {}
  instructions = 0
  isEmpty = true

  redacted(detector: Detector): void {
    this.isEmpty = false
    this.redactions[detector] = (this.redactions[detector] ?? 0) + 1
  }

  suspected(hidden: HiddenCounts | undefined, instructions: number): void {
    if (hidden === undefined && instructions === 0) return
    this.isEmpty = false
    this.instructions += instructions
    for (const kind of HIDDEN) {
      const more = hidden?.[kind]
      if (more !== undefined) this.hidden[kind] = (this.hidden[kind] ?? 0) + more
    }
  }

  /** Without what was not found, in the order of the detectors. */
  get found(): {
    redactions?: Record<string, number>
    hidden?: Record<string, number>
    instructions?: number
  } {
    const redactions = counts(DETECTORS, this.redactions)
    const hidden = counts<Hidden>(HIDDEN, this.hidden)
    return {
      ...(redactions && { redactions }),
      ...(hidden && { hidden }),
      ...(this.instructions > 0 && { instructions: this.instructions }),
    }
  }
}

function counts<Kind extends string>(
  kinds: readonly Kind[],
  found: Partial<Record<Kind, number>>,
): Record<string, number> | undefined {
  const there = kinds.filter((kind) => found[kind] !== undefined)
  return there.length === 0 ? undefined : Object.fromEntries(there.map((kind) => [kind, found[kind] ?? 0]))
}
