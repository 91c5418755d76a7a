import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { accessPaths, type Planned } from './plans.ts'

/** Plans of queries, kept as text files beside the store that asks them. */
export interface PlanFiles {
  /** What was kept and what is read today, as `accessPaths`; with `PLANS=write` it is kept first. */
  compare(name: string, planned: readonly Planned[]): Promise<{ kept: string[]; today: string[] }>
}

export function planFiles(directory: string): PlanFiles {
  return {
    async compare(name, planned) {
      const file = join(directory, `${name}.txt`)
      const text = planned.map(({ plan }) => `${plan}\n`).join('\n')
      if (process.env.PLANS === 'write') {
        await mkdir(directory, { recursive: true })
        await writeFile(file, text)
      }
      return { kept: accessPaths(await readFile(file, 'utf8')), today: accessPaths(text) }
    },
  }
}
