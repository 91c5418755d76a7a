/** Characters that a person does not see and a model reads, or that show a text in another order than it has. */
export const HIDDEN = ['tags', 'bidi', 'zeroWidth', 'selectors'] as const
export type Hidden = (typeof HIDDEN)[number]

export type HiddenCounts = Partial<Record<Hidden, number>>

/** Everything below is built of these; a text of Latin letters is passed over at once. */
const ANY =
  /[\u180e\u115f\u1160\u200b-\u200d\u2060-\u2064\u202a-\u202e\u2066-\u2069\u3164\ufeff\uffa0]|[\ufe00-\ufe0f]|\udb40[\udc00-\uddef]/

/** The flags of England, Scotland and Wales are written with tag characters (Unicode TS 51, ED-14). */
const FLAGS =
  /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/gu
const TAGS = /[\u{e0000}-\u{e007f}]/gu
const OVERRIDES = /[\u202d\u202e]/g
const OPENING = /[\u202a\u202b\u2066-\u2068]/g
const CLOSING = /[\u202c\u2069]/g
/** Joiners belong into emoji and into scripts that join; between Latin letters, or in a row, they hide something. */
const ZERO_WIDTH =
  /[\u180e\u115f\u1160\u2060-\u2064\u3164\uffa0]|(?<!^)\ufeff|[\u200b-\u200d]{2,}|(?<=[\w ])[\u200c\u200d](?=[\w ])|(?<=\w)\u200b(?=\w)/gu
/** One selector may follow what it selects for; more, or one of the supplement after no ideograph, carry something. */
const SELECTORS = /(?:[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]){2,}|(?<!\p{Ideographic})[\u{e0100}-\u{e01ef}]/gu

/** How many of each kind there are; undefined for a text without any. Emoji and languages that need such characters pass. */
export function hiddenIn(text: string): HiddenCounts | undefined {
  if (!ANY.test(text)) return undefined
  const tags = count(text.replace(FLAGS, ''), TAGS)
  const opened = count(text, OPENING)
  // What is opened and not closed turns what follows around.
  const isOpen = opened > count(text, CLOSING)
  const bidi = count(text, OVERRIDES) + (isOpen ? opened : 0)
  const zeroWidth = count(text, ZERO_WIDTH)
  const selectors = count(text, SELECTORS)
  if (tags + bidi + zeroWidth + selectors === 0) return undefined
  return {
    ...(tags && { tags }),
    ...(bidi && { bidi }),
    ...(zeroWidth && { zeroWidth }),
    ...(selectors && { selectors }),
  }
}

/** The text without characters of these kinds; of direction only overrides go, so that languages stay readable. */
export function withoutHidden(text: string, kinds: readonly Hidden[]): string {
  let left = text
  if (kinds.includes('tags')) left = withoutTags(left)
  if (kinds.includes('bidi')) left = left.replace(OVERRIDES, '')
  if (kinds.includes('zeroWidth')) left = left.replace(ZERO_WIDTH, '')
  if (kinds.includes('selectors')) left = left.replace(SELECTORS, '')
  return left
}

function withoutTags(text: string): string {
  const flags = text.match(FLAGS) ?? []
  return text
    .split(FLAGS)
    .map((part, at) => part.replace(TAGS, '') + (flags[at] ?? ''))
    .join('')
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
