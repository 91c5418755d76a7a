import { isEnd } from './characters.ts'

const WRITTEN = /(\d{2}) ?(\d{2})(\d{2})(\d{2}) ?([A-Za-z]) ?(\d{2})(\d)/y
const WEIGHTS = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]

/** Where a German social insurance number ends (SGB VI section 147, VKVV section 4): date of birth and check digit fit. */
export function endOfSocialInsurance(text: string, start: number): number | undefined {
  WRITTEN.lastIndex = start
  const found = WRITTEN.exec(text)
  if (!found || !isEnd(text, WRITTEN.lastIndex)) return undefined
  const [, area = '', day = '', month = '', year = '', letter = '', serial = '', check] = found
  if (Number(day) > 31 || Number(month) < 1 || Number(month) > 12) return undefined
  const ordinal = String(letter.toUpperCase().charCodeAt(0) - 64).padStart(2, '0')
  const digits = area + day + month + year + ordinal + serial
  const sum = WEIGHTS.reduce(
    (total, weight, at) => total + crossSum((digits.charCodeAt(at) - 48) * weight),
    0,
  )
  return sum % 10 === Number(check) ? WRITTEN.lastIndex : undefined
}

function crossSum(value: number): number {
  return Math.floor(value / 10) + (value % 10)
}
