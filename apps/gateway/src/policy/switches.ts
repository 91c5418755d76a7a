import { isNewer, type Switch } from './switch.ts'

/** What was disabled and enabled again, as far as this replica knows. */
export class Switches {
  readonly #words = new Map<string, Switch>()
  readonly #onChange: (disabled: ReadonlyMap<string, Switch>) => void

  /** `onChange` is told what is disabled when that is not what it was. */
  constructor(onChange: (disabled: ReadonlyMap<string, Switch>) => void) {
    this.#onChange = onChange
  }

  /** Every word, also on what is enabled again. */
  get words(): readonly Switch[] {
    return [...this.#words.values()]
  }

  get disabled(): ReadonlyMap<string, Switch> {
    return new Map([...this.#words].filter(([, { disabled }]) => disabled))
  }

  wordOn(what: string): Switch | undefined {
    return this.#words.get(what)
  }

  /** A word spoken here: newer than all that is known of the thing, whatever the clock says. */
  say(word: Omit<Switch, 'at'>): Switch {
    const before = this.#words.get(word.what)
    const said = { ...word, at: Math.max(Date.now(), (before?.at ?? 0) + 1) }
    this.learn([said])
    return said
  }

  /** Words from elsewhere. Returns those that were news. */
  learn(words: readonly Switch[]): readonly Switch[] {
    const news = words.filter((word) => isNewer(word, this.#words.get(word.what)))
    for (const word of news) this.#words.set(word.what, word)
    if (news.length > 0) this.#onChange(this.disabled)
    return news
  }
}
