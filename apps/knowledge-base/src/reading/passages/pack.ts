import type { Atom } from './atoms.ts'

/** Neighbouring atoms in groups of about `target` characters, of even size, each of at most `longest`. */
export function pack(
  atoms: readonly Atom[],
  { target, longest }: { target: number; longest: number },
): Atom[][] {
  const end = atoms.at(-1)?.end ?? 0
  const groups: Atom[][] = []
  let open: Atom[] = []
  for (const atom of atoms) {
    const start = open[0]?.start ?? atom.start
    const now = (open.at(-1)?.end ?? start) - start
    const then = atom.end - start
    const aim = (end - start) / Math.max(1, Math.round((end - start) / target))
    // Going past the aim is fine where stopping would miss it by more.
    const better = then <= aim || then - aim <= aim - now
    if (open.length > 0 && (then > longest || !better)) {
      groups.push(open)
      open = []
    }
    open.push(atom)
  }
  if (open.length > 0) groups.push(open)
  return withoutRemnant(groups, { least: target / 4, longest })
}

/** A few words left over go with what is before them. */
function withoutRemnant(groups: Atom[][], { least, longest }: { least: number; longest: number }): Atom[][] {
  const last = groups.at(-1)
  const before = groups.at(-2)
  if (!last || !before) return groups
  const start = last[0]?.start ?? 0
  const end = last.at(-1)?.end ?? 0
  if (end - start >= least || end - (before[0]?.start ?? 0) > longest) return groups
  return [...groups.slice(0, -2), [...before, ...last]]
}
