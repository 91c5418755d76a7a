import type { Schema } from '../api/model.ts'
import { counted } from '../parts/numbers.ts'
import { optionText } from './arguments-of.ts'

/** What a schema asks of a value, in words: `string; at most 80 characters`. */
export function constraintsOf(schema: Schema): string {
  const { minLength, maxLength, minItems, maxItems } = schema
  return [
    typeOf(schema),
    ...(schema.format ? [schema.format] : []),
    ...rangeOf(schema),
    ...lengthOf('character', minLength, maxLength),
    ...lengthOf('item', minItems, maxItems),
    // What a format's name says, its pattern says again in forty signs.
    ...(schema.pattern && !schema.format ? [`like ${schema.pattern}`] : []),
    ...(schema.default === undefined ? [] : [`${optionText(schema.default)} unless given`]),
  ].join('; ')
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string[] {
  // Zod writes the largest safe number where it means any whole number.
  const said = (word: string, value: number | undefined) =>
    value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? [] : [`${word} ${value}`]
  const parts = [
    ...said('from', minimum),
    ...said('above', exclusiveMinimum),
    ...said('to', maximum),
    ...said('below', exclusiveMaximum),
  ]
  return parts.length > 0 ? [parts.join(' ')] : []
}

function lengthOf(one: string, least: number | undefined, most: number | undefined): string[] {
  const few = least === undefined || least === 0 ? [] : [`at least ${counted(least, one)}`]
  return most === undefined ? few : [...few, `at most ${counted(most, one)}`]
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
