import type { Terminal } from './terminal.ts'

const PATIENCE = 2_000

/** The same terminal, silent about steps that are done soon: only what takes longer is worth a line. */
export function quietTerminal(terminal: Terminal): Terminal {
  return {
    ...terminal,
    print: () => {},
    async step(title, run) {
      const timer = setTimeout(() => terminal.print(`${title} …`), PATIENCE)
      try {
        return await run({ note: () => {}, done: () => {} })
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
