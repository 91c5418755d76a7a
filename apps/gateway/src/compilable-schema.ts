import { LRUCache } from 'lru-cache'

type Json = Readonly<Record<string, unknown>>

/** A client takes seconds for more, and then gives up. */
const MOST_NODES = 3_000
const DEEPEST = 100
const MOST_HOPS = 10

/** The same schemas are listed again and again. */
const verdicts = new LRUCache<string, boolean>({
  max: 2_000,
  maxSize: 8_000_000,
  sizeCalculation: (_, text) => text.length,
})

/**
 * Whether the official client of the 2025 era can compile a schema, in little time: it compiles those of all tools when it
 * lists them (with Ajv, as draft-07), and has no list at all where one fails. In doubt it cannot. Looked into once, by what
 * the schema says; the steps are as many as its parts.
 */
export function isCompilable(schema: Json): boolean {
  const text = JSON.stringify(schema)
  const known = verdicts.get(text)
  if (known !== undefined) return known
  const verdict = new Inspection(schema).passes
  verdicts.set(text, verdict)
  return verdict
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isNever = () => false
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText)

const TYPES: readonly unknown[] = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array']
const isType = (value: unknown) =>
  Array.isArray(value) ? value.every((each) => TYPES.includes(each)) : TYPES.includes(value)

/** What a keyword may be; those without schemas inside. Keywords that are not known are passed over. */
const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...{ $ref: isText, $schema: isText, format: isText, type: isType, required: isTexts },
  ...{ multipleOf: isNumber, maximum: isNumber, minimum: isNumber },
  ...{ exclusiveMaximum: isNumber, exclusiveMinimum: isNumber },
  ...{ maxLength: isNumber, minLength: isNumber, maxItems: isNumber, minItems: isNumber },
  ...{ maxProperties: isNumber, minProperties: isNumber, minContains: isNumber, maxContains: isNumber },
  ...{ uniqueItems: isBoolean, nullable: isBoolean, pattern: isPattern },
  enum: (value) => Array.isArray(value) && value.length > 0,
  // Of draft-04 and of that library alone.
  ...{ id: isNever, $async: isNever, formatMaximum: isNever, formatMinimum: isNever },
  ...{ formatExclusiveMaximum: isNever, formatExclusiveMinimum: isNever },
}
const ONE: ReadonlySet<string> = new Set([
  ...['additionalItems', 'additionalProperties', 'contains', 'propertyNames'],
  ...['if', 'then', 'else', 'not'],
])
const MANY: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf'])
const BY_NAME: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependencies'])
/** Names of schemas by which references lead elsewhere than where they stand. */
const NAMES: ReadonlySet<string> = new Set(['$id', '$anchor', '$dynamicAnchor', '$recursiveAnchor'])

class Inspection {
  readonly passes: boolean
  readonly #root: Json
  /** Schemas that were looked into, or are being: some refer to themselves. */
  readonly #seen = new Set<object>()
  readonly #referring = new Map<object, boolean>()
  #left = MOST_NODES

  constructor(root: Json) {
    this.#root = root
    this.passes = this.#isSmall(root, 0) && this.#isSchema(root)
  }

  /** Neither large nor deep, and without names. */
  #isSmall(value: unknown, depth: number): boolean {
    if (--this.#left < 0 || depth > DEEPEST) return false
    if (typeof value !== 'object' || value === null) return true
    if (Array.isArray(value)) return value.every((each) => this.#isSmall(each, depth + 1))
    return Object.entries(value).every(([key, each]) => !NAMES.has(key) && this.#isSmall(each, depth + 1))
  }

  #isSchema(schema: unknown): boolean {
    if (isBoolean(schema)) return true
    if (!isObject(schema)) return false
    if (this.#seen.has(schema)) return true
    this.#seen.add(schema)
    const { nullable, type } = schema
    const isContradiction = nullable === false && [type].flat().includes('null')
    if (nullable !== undefined && (type === undefined || isContradiction)) return false
    return Object.entries(schema).every(([key, value]) => this.#isKeyword(key, value))
  }

  #isKeyword(key: string, value: unknown): boolean {
    if (Object.hasOwn(PLAIN, key) && !PLAIN[key]?.(value)) return false
    if (key === '$ref') return this.#leads(String(value))
    if (key === 'items') return Array.isArray(value) ? this.#areSchemas(value) : this.#isSchema(value)
    if (ONE.has(key)) return this.#isSchema(value)
    if (MANY.has(key)) return Array.isArray(value) && this.#areSchemas(value)
    if (!BY_NAME.has(key)) return true
    if (!isObject(value)) return false
    if (key === 'patternProperties' && !Object.keys(value).every(isPattern)) return false
    return Object.values(value).every(
      (each) => (key === 'dependencies' && isTexts(each)) || this.#isSchema(each),
    )
  }

  #areSchemas(schemas: readonly unknown[]): boolean {
    return schemas.every((each) => this.#isSchema(each))
  }

  /** A target that refers to nothing itself is written out for each reference to it, by the client too. */
  #leads(reference: string): boolean {
    const target = targetOf(this.#root, reference)
    if (!this.#isSchema(target) || !this.#ends(target)) return false
    return this.#hasReference(target) || this.#isSmall(target, 0)
  }

  #hasReference(value: unknown): boolean {
    if (!isHolder(value)) return false
    const known = this.#referring.get(value)
    if (known !== undefined) return known
    const verdict = '$ref' in value || Object.values(value).some((each) => this.#hasReference(each))
    this.#referring.set(value, verdict)
    return verdict
  }

  /** Whether it comes to something other than a reference. */
  #ends(target: unknown): boolean {
    let at = target
    for (let hops = 0; isObject(at) && isText(at.$ref); hops++) {
      if (hops > MOST_HOPS) return false
      at = targetOf(this.#root, at.$ref)
    }
    return true
  }
}

const POINTER = /^#(\/[\w$.-]+)+$/
/** Of references and patterns. */
const LONGEST = 1_000

/** What a pointer into the same schema leads to; undefined for any other, and where there is nothing. */
function targetOf(root: Json, reference: string): unknown {
  if (reference === '#') return root
  if (reference.length > LONGEST || !POINTER.test(reference)) return undefined
  let found: unknown = root
  for (const name of reference.slice(2).split('/'))
    found = isHolder(found) && Object.hasOwn(found, name) ? Reflect.get(found, name) : undefined
  return found
}

/** As a client makes it. */
function isPattern(pattern: unknown): boolean {
  try {
    return isText(pattern) && pattern.length <= LONGEST && new RegExp(pattern, 'u') !== undefined
  } catch {
    return false
  }
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return isHolder(value) && !Array.isArray(value)
}
