import type { Schema } from '../api/model.ts'
import { optionText } from './arguments-of.ts'

/** What a schema asks of a value, in words: `string, at most 80 characters`. */
export function constraintsOf(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems } =
    schema
  const said = (value: number | undefined, before: string, after = '') =>
    // Zod writes the largest safe number where it means any whole number.
    value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? [] : [`${before} ${value}${after}`]
  return [
    typeOf(schema),
    ...(schema.format ? [schema.format] : []),
    ...said(minimum, 'from'),
    ...said(exclusiveMinimum, 'above'),
    ...said(maximum, 'to'),
    ...said(exclusiveMaximum, 'below'),
    ...said(minLength, 'at least', ' characters'),
    ...said(maxLength, 'at most', ' characters'),
    ...said(minItems, 'at least', ' of them'),
    ...said(maxItems, 'at most', ' of them'),
    ...(schema.pattern ? [`like ${schema.pattern}`] : []),
    ...(schema.default === undefined ? [] : [`${optionText(schema.default)} unless given`]),
  ].join(', ')
}

export function typeOf(schema: Schema): string {
  if (schema.enum) return `one of ${schema.enum.map(optionText).join(', ')}`
  if ('const' in schema) return optionText(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(typeOf).join(' or ')
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  if (schema.type === 'array') return schema.items ? `list of ${typeOf(schema.items)}` : 'list'
  return String(schema.type ?? 'anything')
}
