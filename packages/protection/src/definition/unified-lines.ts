/** Longer texts are shown as one whole instead of another: a table of all pairs would grow with their product. */
const MAX_LINES = 400
/** Unchanged lines around a change. */
const CONTEXT = 2

/** Two texts as one, line by line and sentence by sentence: `-` goes, `+` comes, a space stays; `…` stands for what was left out. */
export function unifiedLines(before: string, after: string): string[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  if (old.length > MAX_LINES || now.length > MAX_LINES)
    return [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)]
  return withContext(merged(old, now))
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => line.split(/(?<=[.!?]) (?=\S)/))
}

/** By the longest common subsequence. */
function merged(old: readonly string[], now: readonly string[]): string[] {
  const width = now.length + 1
  const common = new Uint16Array((old.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: string[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(` ${old[i++]}`)
      j++
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1)))
      lines.push(`-${old[i++]}`)
    else lines.push(`+${now[j++]}`)
  }
  return lines
}

function withContext(lines: readonly string[]): string[] {
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => !line.startsWith(' '))
  return lines.flatMap((line, index) => {
    if (isNear(index)) return [line]
    return index === 0 || isNear(index - 1) ? ['…'] : []
  })
}
