import type { Block } from './blocks.ts'
import type { Section } from './sections.ts'

/** Sections that stay together. */
export interface Unit {
  headings: string[]
  parent: number
  depth: number
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
  return joinTiny(joinBare(sections), sections, sizes)
}

function joinBare(sections: readonly Section[]): Unit[] {
  const units: Unit[] = []
  let bare: Section[] = []
  const flush = (section: Section) => {
    const first = bare[0] ?? section
    const blocks = [...bare, section].flatMap((part) => part.blocks)
    units.push({ headings: section.headings, parent: first.parent, depth: first.depth, blocks })
    bare = []
  }
  for (const [index, section] of sections.entries()) {
    const next = sections[index + 1]
    const isBare = section.blocks.every(({ kind }) => kind === 'heading')
    if (isBare && next && next.depth > section.depth) bare.push(section)
    else flush(section)
  }
  return units
}

function joinTiny(units: readonly Unit[], sections: readonly Section[], { tiny, target }: UnitSizes): Unit[] {
  const joined: Unit[] = []
  for (const unit of units) {
    const last = joined.at(-1)
    const beside = last && last.parent === unit.parent && last.depth === unit.depth
    if (last && beside && lengthOf(last) < tiny && lengthOf(last) + lengthOf(unit) <= target) {
      last.headings = sections[last.parent]?.headings ?? []
      last.blocks = [...last.blocks, ...unit.blocks]
    } else {
      joined.push({ ...unit })
    }
  }
  return joined
}

function lengthOf({ blocks }: Unit): number {
  return (blocks.at(-1)?.end ?? 0) - (blocks[0]?.start ?? 0)
}
