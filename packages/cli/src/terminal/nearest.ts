/** Up to three of the names that were probably meant: those that contain the text, or are a few typos away. */
export function nearest(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase()
  return names
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 4))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

function distanceOf(wanted: string, name: string): number {
  return wanted.length > 2 && name.includes(wanted) ? 0 : editDistance(wanted.slice(0, 80), name.slice(0, 80))
}

/** Insertions, deletions and replacements between two words (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const current = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replace = (previous[j] ?? 0) + (letter === other ? 0 : 1)
      current.push(Math.min(replace, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
