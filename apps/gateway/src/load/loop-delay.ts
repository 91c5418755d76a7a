/** Milliseconds between two looks at the clock. */
const EVERY = 100
/** How much the last look weighs. */
const WEIGHT = 0.3

/** Tell again and again how late the event loop is, on average of late, in milliseconds. Returns how to stop. */
export function watchLoopDelay(onDelay: (delay: number) => void): () => void {
  let due = performance.now() + EVERY
  let average = 0
  const timer = setInterval(() => {
    const now = performance.now()
    average += (Math.max(0, now - due) - average) * WEIGHT
    due = now + EVERY
    onDelay(average)
  }, EVERY).unref()
  return () => clearInterval(timer)
}
