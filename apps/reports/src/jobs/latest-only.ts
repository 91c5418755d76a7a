/**
 * Passes values on one at a time; of those that come meanwhile only the latest. What fails is let go: a later value
 * says more.
 */
export function latestOnly<T>(pass: (value: T) => Promise<void>) {
  let next: { value: T } | undefined
  let passing: Promise<void> | undefined
  const run = async () => {
    while (next) {
      const { value } = next
      next = undefined
      await pass(value).catch(() => {})
    }
    passing = undefined
  }
  return {
    tell(value: T): void {
      next = { value }
      passing ??= run()
    },
    /** Resolves when nothing is on its way. Never rejects. */
    async settled(): Promise<void> {
      await passing
    },
  }
}
