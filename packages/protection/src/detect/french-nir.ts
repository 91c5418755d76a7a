import { isEnd } from './characters.ts'

const WRITTEN =
  /([1-478])[ .-]?(\d{2})[ .-]?(0[1-9]|1[0-2]|[2-9]\d)[ .-]?(\d{2}|2[AB])[ .-]?(\d{3})[ .-]?(\d{3})[ .-]?(\d{2})/iy

/** Where a French social security number with its key ends (INSEE, NIR): 97 less the rest of 13 digits by 97. */
export function endOfNir(text: string, start: number): number | undefined {
  WRITTEN.lastIndex = start
  const found = WRITTEN.exec(text)
  if (!found || !isEnd(text, WRITTEN.lastIndex)) return undefined
  const [, sex = '', year = '', month = '', department = '', commune = '', order = '', key] = found
  // Corsica's letters count as a number less (2A as 19, 2B as 18).
  const place = department.toUpperCase().replace('2A', '19').replace('2B', '18')
  const number = BigInt(sex + year + month + place + commune + order)
  return 97n - (number % 97n) === BigInt(key ?? 0) ? WRITTEN.lastIndex : undefined
}
