import { isEnd } from './characters.ts'

const WRITTEN = /([A-CEGHJ-PR-TW-Z])([A-CEGHJ-NPR-TW-Z]) ?\d{2} ?\d{2} ?\d{2} ?[A-D]/iy
const UNUSED: ReadonlySet<string> = new Set(['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'])

/** Where a UK national insurance number ends (HMRC NIM39110): letters that are in use, six digits, a suffix. */
export function endOfNino(text: string, start: number): number | undefined {
  WRITTEN.lastIndex = start
  const found = WRITTEN.exec(text)
  if (!found || !isEnd(text, WRITTEN.lastIndex)) return undefined
  return UNUSED.has(found[0].slice(0, 2).toUpperCase()) ? undefined : WRITTEN.lastIndex
}
