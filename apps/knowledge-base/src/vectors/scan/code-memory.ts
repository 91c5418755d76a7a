/** WebAssembly's, in bytes. */
const PAGE = 65_536
/** One less than there can be, so that no place ends where addresses begin anew. */
const MOST_PAGES = 65_535

interface Places {
  readonly addresses: readonly number[]
  readonly size: number
}

/** The memory that products are made in: codes of all rows lie here, as WebAssembly reads nothing else. */
export class CodeMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES })
  readonly #free = new Map<number, number[]>()
  readonly #lost = new FinalizationRegistry<Places>(({ addresses, size }) => {
    for (const at of addresses) this.give(at, size)
  })
  #end = 0
  #bytes = new Int8Array(this.memory.buffer)
  #ints = new Int32Array(this.memory.buffer)

  /** All of it, until it grows: not to be kept. */
  get bytes(): Int8Array {
    this.#look()
    return this.#bytes
  }
  /** The same, four bytes each. */
  get ints(): Int32Array {
    this.#look()
    return this.#ints
  }

  /** The address of so many bytes, a multiple of 16, which hold anything. Throws RangeError when there are none left. */
  take(size: number): number {
    const free = this.#free.get(size)?.pop()
    if (free !== undefined) return free
    const at = this.#end
    const missing = at + size - this.memory.buffer.byteLength
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE))
    this.#end += size
    return at
  }

  give(at: number, size: number): void {
    const free = this.#free.get(size)
    if (free) free.push(at)
    else this.#free.set(size, [at])
  }

  /** Take back what is at these addresses, of so many bytes each, when nobody has the owner any more. */
  reclaim(owner: object, addresses: readonly number[], size: number): void {
    this.#lost.register(owner, { addresses, size })
  }

  /** Growing takes the bytes away from what has looked at them before. */
  #look(): void {
    if (this.#bytes.length > 0) return
    this.#bytes = new Int8Array(this.memory.buffer)
    this.#ints = new Int32Array(this.memory.buffer)
  }
}
