/** What is wrong with the first line of a file. */
export class HeaderError extends Error {}

export interface Columns {
  required: readonly string[]
  optional: readonly string[]
}

/** The columns as they are known here. Throws HeaderError when some are missing or twice. */
export function checkHeader(header: readonly string[], { required }: Columns): string[] {
  const names = header.map((name) => name.trim().toLowerCase())
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw new HeaderError(
      `the header lacks ${missing.join(', ')}; it has ${names.join(', ').slice(0, 300)} (separate columns with commas)`,
    )
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new HeaderError(`the header has two columns called "${twice}"`)
  return names
}
