import { minorDigits } from '@atoll/shop-data'
import { z } from 'zod'

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe('ISO 4217 code, such as USD')

/** An amount that somebody is charged or paid. */
export const Money = z.strictObject({
  minor: z.int().describe('Whole minor units of the currency: 44000 is 440.00 USD'),
  currency: Currency,
  text: z.string().describe('The same amount to show: "440.00 USD"'),
})
export type Money = z.output<typeof Money>

export function money(minor: number, currency: string): Money {
  return { minor, currency, text: `${fixed(minor, minorDigits(currency))} ${currency}` }
}

/** Minor units with a fraction (`"4400.5"`) as a plain decimal of the major unit (`"44.005"`), nothing rounded. */
export function exactMajor(exactMinor: string, currency: string): string {
  const [whole = '0', fraction = ''] = exactMinor.split('.')
  const digits = minorDigits(currency)
  const major = shift(whole, digits)
  const exact = digits === 0 && fraction !== '' ? `${major}.${fraction}` : `${major}${fraction}`
  return exact.includes('.') ? exact.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : exact
}

function fixed(minor: number, digits: number): string {
  return shift(String(minor), digits)
}

function shift(integer: string, digits: number): string {
  if (digits === 0) return integer
  const sign = integer.startsWith('-') ? '-' : ''
  const plain = integer.slice(sign.length).padStart(digits + 1, '0')
  return `${sign}${plain.slice(0, -digits)}.${plain.slice(-digits)}`
}
