import { OTHER } from '../trace/semantic.ts'

export type Labels<Name extends string> = { readonly [K in Name]?: string | undefined }

/** Most label sets one metric may have; what comes after is counted under `_OTHER`. */
const MAX_SERIES = 2000

/** One value per label set, bounded: a label that follows its callers' imagination cannot fill the memory. */
export class SeriesTable<Name extends string, Value> {
  readonly #names: readonly Name[]
  readonly #create: () => Value
  readonly #series = new Map<string, { labels: Record<string, string>; value: Value }>()

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

  [Symbol.iterator](): Iterator<{ labels: Record<string, string>; value: Value }> {
    return this.#series.values()
  }

  #overflow(): Value {
    const known = this.#series.get(OTHER)
    if (known) return known.value
    return this.#add(OTHER, Object.fromEntries(this.#names.map((name) => [name, OTHER])) as Labels<Name>)
  }

  #add(key: string, labels: Labels<Name>): Value {
    const present: Record<string, string> = {}
    for (const name of this.#names) {
      const text = labels[name]
      if (text !== undefined) present[name] = text
    }
    const value = this.#create()
    this.#series.set(key, { labels: present, value })
    return value
  }
}
