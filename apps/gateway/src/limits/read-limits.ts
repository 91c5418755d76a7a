import { readYaml } from '@atoll/policy'
import { LimitsFile } from './limits-schema.ts'

/** Limits from the text of their file, YAML or JSON. Throws InvalidError that names what is wrong, and its line. */
export function readLimits(text: string, file: string): LimitsFile {
  return readYaml(text, file, LimitsFile, aboutEntry).data
}

/** Where no file says more than GATEWAY_RATE. */
export const NO_LIMITS: LimitsFile = LimitsFile.parse({ version: 1 })

function aboutEntry([root, index]: readonly PropertyKey[], content: unknown): string | undefined {
  if (typeof index !== 'number' || (root !== 'limits' && root !== 'budgets')) return undefined
  const list = (content as Partial<Record<string, unknown>>)[root]
  const entry: unknown = Array.isArray(list) ? list[index] : undefined
  const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined
  const what = root === 'limits' ? 'limit' : 'budget'
  return typeof name === 'string' ? `${what} "${name.slice(0, 40)}"` : `${what} ${index + 1}`
}
