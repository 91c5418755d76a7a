import { canonicalJson } from './canonical-json.ts'
import { DEFINITION_FIELDS, type Definition } from './definition.ts'
import { unifiedLines } from './unified-lines.ts'

/** One field of a definition that is not what it was. */
export interface FieldChange {
  /** `description`, or `inputSchema.properties.id.type`. */
  readonly field: string
  /** Absent where the field is new. */
  readonly before?: unknown
  /** Absent where the field is gone. */
  readonly after?: unknown
  /** For texts of several lines or sentences: the lines that go (`-`), come (`+`) and stay. */
  readonly lines?: readonly string[]
}

const MAX_CHANGES = 200

/** What became of a definition, field by field, in the order of its fields; 200 changes at most. */
export function differenceOf(before: Definition, after: Definition): readonly FieldChange[] {
  const changes: FieldChange[] = []
  for (const field of DEFINITION_FIELDS) compare(field, before[field], after[field], changes)
  return changes.slice(0, MAX_CHANGES)
}

function compare(field: string, before: unknown, after: unknown, changes: FieldChange[]): void {
  if (changes.length >= MAX_CHANGES || canonicalJson(before) === canonicalJson(after)) return
  if (isObject(before) && isObject(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
      compare(`${field}.${key}`, before[key], after[key], changes)
    return
  }
  const isText = typeof before === 'string' && typeof after === 'string'
  changes.push({
    field,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    ...(isText && { lines: unifiedLines(before, after) }),
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
