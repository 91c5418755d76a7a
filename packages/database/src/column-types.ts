import pg from 'pg'

const INT8 = 20
const DATE = 1082
const INT8_ARRAY = 1016
const DATE_ARRAY = 1182
const TEXT_ARRAY = 1009

/**
 * How column values arrive in JavaScript where pg's default would surprise:
 * `bigint` is a number (RangeError beyond 2^53), `date` stays `YYYY-MM-DD` (pg makes it local midnight).
 * `numeric` stays text, `timestamptz` a Date, `json` is parsed.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary')
    if (oid === INT8) return safeInteger
    if (oid === DATE) return asText
    if (oid === INT8_ARRAY || oid === DATE_ARRAY) {
      const texts = parserOf(TEXT_ARRAY)
      return oid === DATE_ARRAY ? texts : (value: string) => mapNested(texts(value), safeInteger)
    }
    return parserOf(oid)
  }) as typeof pg.types.getTypeParser,
}

/** The declaration lists built-in ids only, and leaves out the arrays. */
function parserOf(oid: number): (text: string) => unknown {
  return (pg.types.getTypeParser as (oid: number, format: 'text') => (text: string) => unknown)(oid, 'text')
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The bigint ${text} does not fit a number`)
  return value
}

function asText(text: string): string {
  return text
}

function mapNested(value: unknown, map: (text: string) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => mapNested(item, map))
  return typeof value === 'string' ? map(value) : value
}
