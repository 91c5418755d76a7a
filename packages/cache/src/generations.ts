/**
 * Tags by generation: the generation of each tag is part of an entry's key, and clearing a tag gives it a new one.
 * What was stored before is then out of reach, and so is what a run that began before stores afterwards; no clocks
 * are compared.
 */
export interface Generations {
  /** The tags' generations as part of a key, when they are known and can be trusted now. */
  current(tags: readonly string[]): string | undefined
  /** The same, asking where necessary; undefined when nobody can say. Never rejects. */
  load(tags: readonly string[]): Promise<string | undefined>
  /** Resolves when callers of this process, and of others that can be reached, see the change. Never rejects. */
  advance(tags: readonly string[]): Promise<void>
}

/** Cleared tags that are remembered one by one. */
const MAX_TAGS = 50_000

/** Generations of a process on its own. */
export class LocalGenerations implements Generations {
  readonly #cleared = new Map<string, number>()
  #last = 0
  /** The generation of tags that are not remembered. */
  #others = 0

  current(tags: readonly string[]): string {
    let text = ''
    for (const tag of tags) text += `.${this.#cleared.get(tag) ?? this.#others}`
    return text
  }

  load(tags: readonly string[]): Promise<string> {
    return Promise.resolve(this.current(tags))
  }

  advance(tags: readonly string[]): Promise<void> {
    this.#last++
    if (this.#cleared.size + tags.length > MAX_TAGS) {
      this.#cleared.clear()
      this.#others = this.#last
    }
    for (const tag of tags) this.#cleared.set(tag, this.#last)
    return Promise.resolve()
  }
}
