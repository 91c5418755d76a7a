import type { Sources } from './sources.ts'

/** Holds every answer of a tool back until it is opened. `held` resolves when the first question came. */
export function gate(sources: Sources, tool: string) {
  const arrived = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  sources.behave(tool, async (signal) => {
    signal.addEventListener('abort', () => ended.resolve(), { once: true })
    arrived.resolve()
    await Promise.race([opened.promise, ended.promise])
  })
  return {
    held: arrived.promise,
    /** Resolves when whoever asked hung up. */
    ended: ended.promise,
    open() {
      opened.resolve()
      sources.behave(tool, async () => {})
    },
  }
}
