/** What a page would obey, or nobody would see, is what there is to see in a definition: `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(
    /[^\P{C}\n]/gu,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  )
}
