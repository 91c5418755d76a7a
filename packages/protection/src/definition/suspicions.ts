import { hiddenIn, withoutHidden } from '../suspect/hidden.ts'
import { instructionsIn } from '../suspect/instructions.ts'

const MAX_DEPTH = 50
const WORDS = {
  tags: 'tag characters, which only models read',
  bidi: 'characters that turn the direction of a text around',
  zeroWidth: 'characters without a width between letters',
  selectors: 'variation selectors that select nothing',
} as const

/** Why a definition is not one to show to a model unseen, in words for those who run it; nothing for one that is in order. */
export function suspicionsOf(definition: unknown): readonly string[] {
  const texts: string[] = []
  collect(definition, texts, 0)
  const kinds = new Set<string>()
  for (const text of texts) {
    const hidden = hiddenIn(text)
    for (const kind of Object.keys(hidden ?? {})) kinds.add(`it hides ${WORDS[kind as keyof typeof WORDS]}`)
    const visible = hidden ? withoutHidden(text, ['tags', 'bidi', 'zeroWidth', 'selectors']) : text
    if (instructionsIn(visible) > 0) kinds.add(`it speaks to the model: "${excerpt(visible)}"`)
  }
  return [...kinds]
}

function collect(value: unknown, texts: string[], depth: number): void {
  if (typeof value === 'string') texts.push(value)
  else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH)
    for (const [key, each] of Object.entries(value)) {
      if (!Array.isArray(value)) texts.push(key)
      collect(each, texts, depth + 1)
    }
}

function excerpt(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 120)}…` : line
}
