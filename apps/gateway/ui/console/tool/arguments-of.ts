import { type Field, keyOf } from './fields.ts'

/** What is written in the fields, by their keys. Lists have a line for each of theirs. */
export type Draft = Readonly<Record<string, string>>

export interface Written {
  readonly arguments: Record<string, unknown>
  /** What is wrong with fields, by their keys. */
  readonly problems: Readonly<Record<string, string>>
}

/** The arguments that a draft stands for. What is left empty is left out. */
export function argumentsOf(fields: readonly Field[], draft: Draft): Written {
  const written: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const text = draft[keyOf(field)] ?? ''
    if (text.trim() === '') {
      if (field.isRequired) problems[keyOf(field)] = 'This is needed.'
      continue
    }
    try {
      put(written, field.path, parsed(field, text))
    } catch (error) {
      problems[keyOf(field)] = error instanceof WrittenError ? error.message : 'This cannot be read.'
    }
  }
  return { arguments: written, problems }
}

class WrittenError extends Error {}

function parsed({ kind, schema, options }: Field, text: string): unknown {
  if (kind === 'text') return text
  if (kind === 'number') return numberOf(text, schema.type === 'integer')
  if (kind === 'boolean') return text === 'true'
  if (kind === 'choice') return options.find((option) => optionText(option) === text)
  if (kind === 'choices')
    return linesOf(text).map((line) => options.find((option) => optionText(option) === line))
  if (kind === 'list') {
    const type = schema.items?.type
    return linesOf(text).map((line) => (type === 'string' ? line : numberOf(line, type === 'integer')))
  }
  return jsonOf(text, schema.anyOf?.some(({ type }) => type === 'string') ?? false)
}

/** An option as the form names it. */
export function optionText(option: unknown): string {
  return typeof option === 'string' ? option : JSON.stringify(option)
}

export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function numberOf(text: string, isWhole: boolean): number {
  const value = Number(text.trim())
  if (!Number.isFinite(value)) throw new WrittenError(`"${text.trim()}" is no number.`)
  if (isWhole && !Number.isInteger(value)) throw new WrittenError('This must be a whole number.')
  return value
}

function jsonOf(text: string, mayBeText: boolean): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Where a bare word will do, quotes around it are too much to ask.
    if (mayBeText && /^[\w.:-]+$/.test(text.trim())) return text.trim()
    throw new WrittenError('This is no JSON.')
  }
}

function put(target: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[name] = value
    return
  }
  const inner = { ...(target[name] as Record<string, unknown> | undefined) }
  put(inner, rest, value)
  target[name] = inner
}
