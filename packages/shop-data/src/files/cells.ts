import { z } from 'zod'
import { minorDigits } from '../currency.ts'

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))
const DECIMAL = /^\d{1,12}(\.\d+)?$/
const NO_DAY = 'is not a date such as 1996-07-04'
/** A single-precision float such as 0.15 may be written 0.15000000596: off by at most 2^-24 of its value. */
const FLOAT4_NOISE = 2 ** -24

/** Cells of a CSV row. Spaces around a value don't count; an empty optional cell is null. */
export const text = (max: number) =>
  z.string('is missing').trim().min(1, 'is empty').max(max, `is longer than ${max} characters`)

export const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `is longer than ${max} characters`)
    .optional()
    .transform((value) => value || null)

export const day = z
  .string('is missing')
  .trim()
  .transform((value, context) => toDay(value) ?? reject(context, NO_DAY))

export const optionalDay = z
  .string()
  .trim()
  .optional()
  .transform((value, context) => (value ? (toDay(value) ?? reject(context, NO_DAY)) : null))

/** Null where the cell is empty, undefined where the file has no such column. */
export const dayIfTracked = z
  .string()
  .trim()
  .optional()
  .transform((value, context) => {
    if (!value) return value === undefined ? undefined : null
    return toDay(value) ?? reject(context, NO_DAY)
  })

export const currency = z
  .string()
  .trim()
  .toUpperCase()
  .optional()
  .transform((value) => value || 'USD')
  .refine((value) => CURRENCIES.has(value), 'is not an ISO 4217 currency such as USD')

export const optionalCount = z
  .string()
  .trim()
  .optional()
  .transform((value, context) => {
    if (!value) return null
    return /^\d{1,9}$/.test(value) ? Number(value) : reject(context, 'is not a whole number of 0 or more')
  })

export const positive = (max: number) =>
  z
    .string('is missing')
    .trim()
    .transform((value, context) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : 0
      return number >= 1 && number <= max ? number : reject(context, `is not a whole number from 1 to ${max}`)
    })

export const flag = z
  .string()
  .trim()
  .toLowerCase()
  .optional()
  .transform((value, context) => {
    if (!value || ['0', 'f', 'false', 'no'].includes(value)) return false
    return ['1', 't', 'true', 'yes'].includes(value) || reject(context, 'is not true or false')
  })

/** A decimal of at most four digits after the point, as text that says exactly that. */
export const price = z
  .string('is missing')
  .trim()
  .transform((value, context) => {
    const exact = DECIMAL.test(value) ? toDecimal(value, 4) : undefined
    if (exact === undefined) return reject(context, 'is not a price such as 14.00')
    return Number(exact) <= 10_000_000 ? exact : reject(context, 'is more than 10000000')
  })

export const optionalPrice = z.preprocess((value) => value || '0', price)

/** Basis points of a fraction between 0 and 1. */
export const discount = z
  .string()
  .trim()
  .optional()
  .transform((value, context) => {
    if (!value) return 0
    const exact = DECIMAL.test(value) ? toDecimal(value, 4) : undefined
    if (exact === undefined || Number(exact) > 1) {
      return reject(context, 'is not a fraction from 0 to 1 with at most 4 decimals (15 % is 0.15)')
    }
    return Math.round(Number(exact) * 10_000)
  })

/** Minor units of a decimal text in the major unit; undefined when it has more decimals than the currency. */
export function toMinor(decimal: string, code: string): number | undefined {
  const digits = minorDigits(code)
  const [whole = '0', fraction = ''] = decimal.split('.')
  if (/[1-9]/.test(fraction.slice(digits))) return undefined
  return Number(whole + fraction.slice(0, digits).padEnd(digits, '0'))
}

function toDecimal(value: string, places: number): string | undefined {
  const fraction = value.split('.')[1] ?? ''
  if (!/[1-9]/.test(fraction.slice(places))) return value
  const near = Number(value).toFixed(places)
  return Math.abs(Number(value) - Number(near)) <= Number(value) * FLOAT4_NOISE ? near : undefined
}

function toDay(value: string): string | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?$/.exec(value)?.[1]
  return found !== undefined && z.iso.date().safeParse(found).success ? found : undefined
}

function reject(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}
