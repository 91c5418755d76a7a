/** A document of headings, paragraphs, lists, tables, quotes and code with numbered words; the same for a seed. */
export function randomMarkdown(seed: number): string {
  const random = generator(seed)
  const below = (count: number) => Math.floor(random() * count)
  let count = 0
  const word = () => {
    count += 1
    return (
      ['w', 'größe', '名前', 'a_b', '1.5', '*em*', '`co de`', '[li nk](https://acme.test/x)', 'R&D', 'x<y'][
        below(10)
      ] + String(count)
    )
  }
  const words = (most: number) => Array.from({ length: 1 + below(most) }, word).join(' ')
  const text = (most: number) =>
    Array.from({ length: 1 + below(most) }, () => `${words(25)}${'.!?'[below(3)]}`).join(
      below(4) ? ' ' : '\n',
    )
  const lines = (most: number, line: (index: number) => string) =>
    Array.from({ length: 1 + below(most) }, (_, index) => line(index)).join('\n')
  const kinds = [
    () => `${'#'.repeat(1 + below(4))} ${words(8)}`,
    () => `${'#'.repeat(1 + below(4))} ${words(3)}`,
    () => text(6),
    () => text(40),
    () =>
      lines(
        12,
        () => `- ${text(3).replaceAll('\n', '\n  ')}${below(3) ? '' : `\n  - ${words(9)}\n  - ${words(9)}`}`,
      ),
    () => lines(30, (index) => `${index + 1}. ${words(30)}`),
    () => `| ${word()} | ${word()} |\n| - | - |\n${lines(40, () => `| ${words(6)} | ${words(12)} |`)}`,
    () => lines(6, () => `> ${words(40)}`),
    () => `\`\`\`sh\n${lines(60, () => `  ${words(7)}`)}\n\`\`\``,
    () => '***',
  ]
  return Array.from({ length: below(25) }, () => kinds[below(kinds.length)]?.() ?? '').join('\n\n')
}

/** Park and Miller's minimal standard generator. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
