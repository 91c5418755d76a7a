import { existsSync, globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { boundaryProblems } from '@atoll/tooling/checks/boundaries'
import { docProblems } from '@atoll/tooling/checks/docs'
import { readWorkspace } from '@atoll/tooling/checks/workspace'
import { command } from './command.ts'
import { inParallel, runSteps, type Step } from './steps.ts'

const root = join(import.meta.dirname, '..')

/** Everything that needs no service and no build. */
const steps: Step[] = [
  { name: 'format and lint', run: () => command(root, 'biome', ['ci', '--error-on-warnings', '.']) },
  { name: 'types', run: typeProblems },
  { name: 'imports', run: () => command(root, 'turbo', ['boundaries']) },
  { name: 'package boundaries', run: async () => boundaryProblems(readWorkspace(root)) },
  { name: 'docs', run: async () => docProblems(root) },
]

/** Each package on its own, as its editor sees it; straight from the compiler, which is quicker than a task runner. */
async function typeProblems(): Promise<string[]> {
  const projects = globSync(
    ['tsconfig.json', '{apps,packages,test}/*/tsconfig.json', 'bench/tsconfig.json'],
    { cwd: root },
  )
  const populated = projects.filter(
    (file) => file === 'tsconfig.json' || existsSync(join(root, dirname(file), 'package.json')),
  )
  const found = await inParallel(availableParallelism(), populated.sort(), (project) =>
    command(root, 'tsc', ['--noEmit', '--pretty', 'false', '--project', project]),
  )
  return found.flat()
}

process.exitCode = (await runSteps(steps)) ? 0 : 1
