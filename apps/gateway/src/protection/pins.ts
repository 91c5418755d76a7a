import { isStronger, keyOf, type Pin } from './pin.ts'

export interface PinsOptions {
  /** Told of pins that are not what they were, wherever they come from. */
  onChange(pins: readonly Pin[]): void
  /** Told of pins that were set here, to keep them. */
  onSet(pins: readonly Pin[]): void
}

/** Which definitions count as looked at. */
export class Pins {
  readonly #pins = new Map<string, Pin>()
  readonly #options: PinsOptions

  constructor(options: PinsOptions) {
    this.#options = options
  }

  get all(): readonly Pin[] {
    return [...this.#pins.values()]
  }

  of(server: string, tool: string): Pin | undefined {
    return this.#pins.get(keyOf({ server, tool }))
  }

  /** Set here: seen for the first time, or accepted by somebody. */
  set(pins: readonly Pin[]): void {
    if (pins.length === 0) return
    for (const pin of pins) this.#pins.set(keyOf(pin), pin)
    this.#options.onSet(pins)
    this.#options.onChange(pins)
  }

  /** Known from elsewhere; what counts less than what is known here does not count. */
  learn(pins: readonly Pin[]): void {
    const news = pins.filter((pin) => isStronger(pin, this.#pins.get(keyOf(pin))))
    for (const pin of news) this.#pins.set(keyOf(pin), pin)
    if (news.length > 0) this.#options.onChange(news)
  }
}
