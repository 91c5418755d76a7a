import { setTimeout as pause } from 'node:timers/promises'

/** Resolves when `isSo` says yes; rejects, in these words, when it does not within 20 s. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const until = performance.now() + 20_000
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`Within 20 s it did not come about that ${what}`)
    await pause(20)
  }
}
