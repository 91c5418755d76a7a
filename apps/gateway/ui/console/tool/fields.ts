import type { Schema } from '../api/model.ts'

/** How a value of the arguments is asked for. What no other kind fits is written as JSON. */
export type Kind = 'text' | 'number' | 'boolean' | 'choice' | 'list' | 'choices' | 'json'

export interface Field {
  /** Where its value goes: `['address', 'city']`. */
  readonly path: readonly string[]
  readonly label: string
  readonly about: string
  readonly kind: Kind
  readonly isRequired: boolean
  readonly schema: Schema
  /** Of a choice, or of each of several. */
  readonly options: readonly unknown[]
}

export interface Group {
  /** Undefined for what stands at the top. */
  readonly title: string | undefined
  readonly about: string
  readonly fields: readonly Field[]
}

/** The fields for arguments of a schema: those at the top, then a group for each object in it. */
export function groupsOf(schema: Schema | undefined): Group[] {
  const members = Object.entries(schema?.properties ?? {})
  const required = new Set(schema?.required)
  const groups = members.flatMap(([name, member]) => {
    if (!isPlainObject(member)) return []
    const inner = new Set(required.has(name) ? member.required : [])
    const fields = Object.entries(member.properties ?? {}).map(([own, each]) =>
      fieldOf([name, own], each, inner.has(own)),
    )
    return [{ title: member.title ?? name, about: member.description ?? '', fields }]
  })
  const top = members
    .filter(([, member]) => !isPlainObject(member))
    .map(([name, member]) => fieldOf([name], member, required.has(name)))
  return [...(top.length > 0 ? [{ title: undefined, about: '', fields: top }] : []), ...groups]
}

export function keyOf({ path }: Pick<Field, 'path'>): string {
  return path.join('.')
}

/** One whose members are fields themselves; deeper ones are written as JSON. */
function isPlainObject(given: Schema): boolean {
  return unwrapped(given).type === 'object' && Object.keys(given.properties ?? {}).length > 0
}

function fieldOf(path: readonly string[], given: Schema, isRequired: boolean): Field {
  const schema = unwrapped(given)
  const [kind, options] = kindOf(schema)
  return {
    ...{ path, kind, options, isRequired, schema },
    label: path.at(-1) ?? '',
    about: given.description ?? schema.description ?? '',
  }
}

/** Without the null that an optional value may be: leaving it out says the same. */
function unwrapped(schema: Schema): Schema {
  const { anyOf, oneOf, ...rest } = schema
  const real = (anyOf ?? oneOf)?.filter(({ type }) => type !== 'null')
  if (real?.length === 1 && real[0]) return { ...rest, ...real[0] }
  if (!Array.isArray(schema.type)) return schema
  const types = schema.type.filter((type) => type !== 'null')
  return types.length === 1 && types[0] ? { ...schema, type: types[0] } : schema
}

function kindOf(schema: Schema): [Kind, readonly unknown[]] {
  const options = optionsOf(schema)
  if (options) return ['choice', options]
  if (schema.anyOf || schema.oneOf) return ['json', []]
  if (schema.type === 'string') return ['text', []]
  if (schema.type === 'number' || schema.type === 'integer') return ['number', []]
  if (schema.type === 'boolean') return ['boolean', []]
  if (schema.type === 'array' && schema.items) {
    const each = unwrapped(schema.items)
    const among = optionsOf(each)
    if (among) return ['choices', among]
    if (['string', 'number', 'integer'].includes(String(each.type)) && !each.anyOf) return ['list', []]
  }
  return ['json', []]
}

function optionsOf(schema: Schema): readonly unknown[] | undefined {
  if (schema.enum) return schema.enum
  if ('const' in schema) return [schema.const]
  const choices = schema.anyOf ?? schema.oneOf
  return choices?.every((choice) => 'const' in choice) ? choices.map((choice) => choice.const) : undefined
}
