import type { Block } from './blocks.ts'
import type { Section } from './sections.ts'

/** Sections that stay together. */
export interface Unit {
  /** Those that all of it stands under. */
  headings: string[]
  first: Section
  last: Section
  blocks: Block[]
}

export interface UnitSizes {
  /** Characters below which a section joins the one after it. */
  tiny: number
  /** Characters that joined sections have at most. */
  target: number
}

/** A heading without text goes with the first section below it; a tiny section with the one beside it. */
export function unitsOf(sections: readonly Section[], sizes: UnitSizes): Unit[] {
  return joinTiny(joinBare(sections), sizes)
}

function joinBare(sections: readonly Section[]): Unit[] {
  const units: Unit[] = []
  let bare: Section[] = []
  for (const [index, section] of sections.entries()) {
    const next = sections[index + 1]
    const isBare = section.blocks.every(({ kind }) => kind === 'heading')
    if (isBare && next && next.depth > section.depth) {
      bare.push(section)
      continue
    }
    const blocks = [...bare, section].flatMap((part) => part.blocks)
    units.push({ headings: section.headings, first: bare[0] ?? section, last: section, blocks })
    bare = []
  }
  return units
}

function joinTiny(units: readonly Unit[], { tiny, target }: UnitSizes): Unit[] {
  const joined: Unit[] = []
  for (const unit of units) {
    const before = joined.at(-1)
    if (
      before &&
      isBeside(before.last, unit.first) &&
      lengthOf(before) < tiny &&
      together(before, unit) <= target
    ) {
      before.headings = shared(before.headings, unit.headings)
      before.blocks = [...before.blocks, ...unit.blocks]
      before.last = unit.last
    } else {
      joined.push({ ...unit })
    }
  }
  return joined
}

const isBeside = (a: Section, b: Section) => a.parent === b.parent && a.depth === b.depth
const together = (a: Unit, b: Unit) => lengthOf(a) + lengthOf(b)

function lengthOf({ blocks }: Unit): number {
  return (blocks.at(-1)?.end ?? 0) - (blocks[0]?.start ?? 0)
}

function shared(a: readonly string[], b: readonly string[]): string[] {
  const differs = a.findIndex((heading, index) => heading !== b[index])
  return differs < 0 ? [...a] : a.slice(0, differs)
}
