import { OTHER } from '../trace/semantic.ts'

export type Labels<Name extends string> = { readonly [K in Name]?: string | undefined }

/** Most label sets one metric may have; what comes after is counted under `_OTHER`. */
const MAX_SERIES = 5000

/** One value per label set, bounded: a label that follows its callers' imagination cannot fill the memory. */
export class SeriesTable<Name extends string, Value> {
  readonly #names: readonly Name[]
  readonly #create: () => Value
  readonly #series = new Map<string, Series<Value>>()

  constructor(names: readonly Name[], create: () => Value) {
    this.#names = names
    this.#create = create
  }

  /** The value of a label set, made on first use. Look it up once where the labels are known beforehand. */
  get(labels: Labels<Name>): Value {
    const key = this.#names.map((name) => labels[name] ?? '').join('\n')
    const known = this.#series.get(key)
    if (known) return known.value
    if (this.#series.size >= MAX_SERIES) return this.#overflow()
    return this.#add(key, labels)
  }

  [Symbol.iterator](): Iterator<Series<Value>> {
    return this.#series.values()
  }

  #overflow(): Value {
    const known = this.#series.get(OTHER)
    if (known) return known.value
    return this.#add(OTHER, Object.fromEntries(this.#names.map((name) => [name, OTHER])) as Labels<Name>)
  }

  #add(key: string, labels: Labels<Name>): Value {
    const value = this.#create()
    this.#series.set(key, {
      labels: this.#names.flatMap((name) => labelText(name, labels[name])).join(','),
      value,
    })
    return value
  }
}

interface Series<Value> {
  /** As Prometheus reads them: `a="1",b="2"`. */
  readonly labels: string
  readonly value: Value
}

// Prometheus text exposition format, Comments, help text, and type information.
function labelText(name: string, value: string | undefined): string[] {
  if (value === undefined) return []
  const text = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
  return [`${name}="${text}"`]
}
