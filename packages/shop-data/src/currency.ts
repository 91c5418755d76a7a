/** Decimal digits of a currency's minor unit: 2 for USD, 0 for JPY (ISO 4217). */
export function minorDigits(currency: string): number {
  let digits = digitsOf.get(currency)
  if (digits === undefined) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    digits = format.resolvedOptions().maximumFractionDigits ?? 2
    digitsOf.set(currency, digits)
  }
  return digits
}

const digitsOf = new Map<string, number>()
