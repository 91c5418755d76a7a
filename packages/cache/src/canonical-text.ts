/**
 * Text that is equal exactly for equal plain data: keys sorted, absent and undefined the same. Not JSON, but
 * strings with their lengths before them, which need no escaping.
 * Throws a TypeError for anything but plain data and what turns itself into it (`toJSON`).
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${value.length}"${value}`
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'object':
      return value === null ? 'null' : canonicalObject(value)
    default:
      throw new TypeError(`A ${typeof value} is not plain data`)
  }
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) return canonicalList(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return canonicalInstance(value)
  const record = value as Record<string, unknown>
  const keys = Object.keys(record)
  if (keys.length > 1) keys.sort()
  let text = '{'
  for (const key of keys) {
    const each = record[key]
    if (each !== undefined) text += `${key.length}"${key}:${canonicalText(each)},`
  }
  return `${text}}`
}

function canonicalList(list: readonly unknown[]): string {
  let text = '['
  for (const each of list) text += `${canonicalText(each)},`
  return `${text}]`
}

function canonicalInstance(value: object): string {
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalText(value.toJSON())
  throw new TypeError('An instance of a class is not plain data')
}
