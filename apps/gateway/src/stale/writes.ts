const MAX_TENANTS = 10_000

/** Which was the last change for each tenant, as a number that never comes back. */
export class Writes {
  readonly #last = new Map<string, number>()
  /** Until when what a tenant began may go on by itself; milliseconds since the epoch. */
  readonly #underWay = new Map<string, number>()
  readonly #onForget: () => void
  #count = 0
  /** That of tenants of whom nothing is known. */
  #before = 0

  /** `onForget` is told when it is no longer known, so that what was kept has to go. */
  constructor(onForget: () => void) {
    this.#onForget = onForget
  }

  of(tenant: string): number {
    return this.#last.get(tenant) ?? this.#before
  }

  /** Something that was begun goes on until then, and may change things at any time. */
  goesOn(tenant: string, until: number): void {
    if (this.#underWay.size >= MAX_TENANTS) this.#forgetEnded(Date.now())
    this.#underWay.set(tenant, Math.max(until, this.#underWay.get(tenant) ?? 0))
  }

  isUnderWay(tenant: string, now: number): boolean {
    return now < (this.#underWay.get(tenant) ?? 0)
  }

  /** Whatever becomes of it, it may change something from its beginning to its end. */
  async during<T>(tenant: string, write: () => Promise<T>): Promise<T> {
    this.#add(tenant)
    try {
      return await write()
    } finally {
      this.#add(tenant)
    }
  }

  #forgetEnded(now: number): void {
    for (const [tenant, until] of this.#underWay) if (until <= now) this.#underWay.delete(tenant)
  }

  #add(tenant: string): void {
    this.#count++
    if (this.#last.size >= MAX_TENANTS && !this.#last.has(tenant)) {
      this.#last.clear()
      this.#before = this.#count++
      this.#onForget()
    }
    this.#last.set(tenant, this.#count)
  }
}
