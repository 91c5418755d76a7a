interface Described {
  readonly name: string
  readonly title?: string
  readonly description?: string
}

/** Those that have every word of the text in their name, title or description; by name first. */
export function matching<Thing extends Described>(things: readonly Thing[], text: string): Thing[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const has = (where: string) => words.every((word) => where.toLowerCase().includes(word))
  const named = things.filter(({ name }) => has(name))
  const described = things.filter(
    ({ name, title, description }) => !has(name) && has([name, title, description].join(' ')),
  )
  return [...named, ...described]
}
