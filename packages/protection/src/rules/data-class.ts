/** How sensitive data is, from the least to the most. */
export const DATA_CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const
export type DataClass = (typeof DATA_CLASSES)[number]

/** The more sensitive of what is known of something; undefined where nothing is. Words that are no class do not count. */
export function strictest(...said: readonly unknown[]): DataClass | undefined {
  const known = said.map((each) => DATA_CLASSES.indexOf(each as DataClass))
  return DATA_CLASSES[Math.max(...known)]
}
