/** Tells whether things are still the very same: a text that is another one as soon as one of them is replaced. */
export function revisions(): (...things: readonly (object | undefined)[]) => string {
  const numbers = new WeakMap<object, number>()
  let last = 0
  const numberOf = (thing: object | undefined): number => {
    if (!thing) return 0
    const known = numbers.get(thing)
    if (known !== undefined) return known
    numbers.set(thing, ++last)
    return last
  }
  return (...things) => things.map(numberOf).join('.')
}
