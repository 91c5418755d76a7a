/** Ids of documents are long and repeat with every passage; rows keep a small number in their place. */
export class DocumentNumbers {
  readonly #numbers = new Map<string, number>()
  readonly #free: number[] = []

  get count(): number {
    return this.#numbers.size
  }

  /** All numbers given out are below. */
  get end(): number {
    return this.#numbers.size + this.#free.length
  }

  of(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = this.#free.pop() ?? this.#numbers.size
    this.#numbers.set(id, number)
    return number
  }

  /** Give up an id; answers the number it had. */
  release(id: string): number | undefined {
    const number = this.#numbers.get(id)
    if (number === undefined) return undefined
    this.#numbers.delete(id)
    this.#free.push(number)
    return number
  }
}
