import { join } from 'node:path'
import { boundaryProblems } from '@atoll/tooling/checks/boundaries'
import { docProblems } from '@atoll/tooling/checks/docs'
import { readWorkspace } from '@atoll/tooling/checks/workspace'
import { command } from './command.ts'
import { runSteps, type Step } from './steps.ts'

const root = join(import.meta.dirname, '..')

/** What a second look costs little: everything in one program, remembering what it found right. */
const remembering = (file: string) => [
  '--noEmit',
  '--pretty',
  'false',
  '--incremental',
  '--tsBuildInfoFile',
  `node_modules/.cache/${file}.tsbuildinfo`,
]

/** Everything that needs no service and no build. */
const steps: Step[] = [
  { name: 'format and lint', run: () => command(root, 'biome', ['ci', '--error-on-warnings', '.']) },
  { name: 'types', run: () => command(root, 'tsc', remembering('verify')) },
  {
    name: 'types of pages',
    run: () => command(root, 'tsc', ['-p', 'tsconfig.browser.json', ...remembering('verify-pages')]),
  },
  { name: 'imports', run: () => command(root, 'turbo', ['boundaries']) },
  { name: 'package boundaries', run: async () => boundaryProblems(readWorkspace(root)) },
  { name: 'docs', run: async () => docProblems(root) },
]

process.exitCode = (await runSteps(steps)) ? 0 : 1
