import { isBuiltin } from 'node:module'
import { isOutside, layerOf, TESTING, TOOLING } from './layers.ts'
import { type SourceFacts, sourceFacts } from './source-facts.ts'
import type { SourceFile, WorkspacePackage } from './workspace.ts'

/** Where the protocol SDK may be named. */
const SDK_FOLDERS = [
  'packages/server-kit/src/edge/',
  'packages/server-kit/src/sdk/',
  'packages/app-ui/',
  'packages/client/',
  'packages/testing/',
  'packages/cli/',
]
/** Entries and the places that turn the environment into configuration. */
const ENVIRONMENT_FILES = /(^|\/)(main|serve|config|environment)\.ts$|\/config\//
/** Facts about where it runs, as opposed to configuration of ours. */
const MACHINE = new Set(['NODE_ENV', 'PATH', 'HOME', 'USER', 'SUDO_UID', 'NO_COLOR'])

/** One sentence for each import or use of the environment that the architecture does not allow. */
export function boundaryProblems(workspace: readonly WorkspacePackage[]): string[] {
  const byName = new Map(workspace.map((member) => [member.name, member]))
  return workspace.flatMap((member) => [
    ...placeProblems(member),
    ...member.sources.flatMap((source) => {
      const facts = sourceFacts(source.path, source.code)
      return [
        ...importProblems(member, source, facts, byName),
        ...(isShipped(member, source) && member.folder !== TESTING ? environmentProblems(source, facts) : []),
      ]
    }),
  ])
}

/** What runs in production, as opposed to tests and tool configuration. */
function isShipped({ folder }: WorkspacePackage, { path }: SourceFile): boolean {
  if (isOutside(folder) || folder === TOOLING) return false
  return path.startsWith(`${folder}/src/`) || path.startsWith(`${folder}/migrations/`)
}

function placeProblems({ folder }: WorkspacePackage): string[] {
  if (isOutside(folder) || folder === TOOLING || layerOf(folder) !== undefined) return []
  return [`${folder}: no place in the picture; give it a row in packages/tooling/src/checks/layers.ts`]
}

function importProblems(
  member: WorkspacePackage,
  source: SourceFile,
  facts: SourceFacts,
  byName: ReadonlyMap<string, WorkspacePackage>,
): string[] {
  const shipped = isShipped(member, source)
  return facts.imports.flatMap(({ value, line, isType }) => {
    const at = `${source.path}:${line}`
    if (value.startsWith('.') || isBuiltin(value)) return []
    const target = packageName(value)
    if (target === member.name) return []
    const problems: string[] = []
    // A package of types has another name than what it describes, and is not there when the program runs.
    const isDescribed = isType && member.devDependencies.has(`@types/${target}`)
    if (
      !isDescribed &&
      !member.dependencies.has(target) &&
      (shipped || !member.devDependencies.has(target))
    ) {
      const list = shipped ? 'dependencies' : 'dependencies or devDependencies'
      problems.push(`${at}: ${target} is not in the ${list} of ${member.folder}/package.json`)
    }
    const other = byName.get(target)
    if (other) problems.push(...arrowProblems(at, member, other, shipped))
    if (target.startsWith('@modelcontextprotocol/') && !maySpeakSdk(member, source, shipped)) {
      problems.push(`${at}: only ${SDK_FOLDERS.join(', ')} and tests may import ${target}`)
    }
    return problems
  })
}

function arrowProblems(
  at: string,
  member: WorkspacePackage,
  other: WorkspacePackage,
  shipped: boolean,
): string[] {
  if (isOutside(member.folder)) return []
  if (other.folder.startsWith('apps/') || isOutside(other.folder)) {
    return [`${at}: nothing imports ${other.folder}; call it by URL or start it as a process`]
  }
  if (!shipped || (member.folder === TESTING && other.folder === TOOLING)) return []
  const [mine, theirs] = [layerOf(member.folder), layerOf(other.folder)]
  if (mine === undefined || (theirs !== undefined && theirs < mine)) return []
  return [`${at}: the arrow points the other way; ${member.folder} may not import ${other.folder}`]
}

function maySpeakSdk(member: WorkspacePackage, source: SourceFile, shipped: boolean): boolean {
  if (isOutside(member.folder)) return true
  return !shipped || SDK_FOLDERS.some((folder) => source.path.startsWith(folder))
}

function environmentProblems(source: SourceFile, facts: SourceFacts): string[] {
  if (ENVIRONMENT_FILES.test(source.path)) return []
  const read = facts.environment.filter(({ value }) => !MACHINE.has(value))
  return read.map(({ value, line }) => {
    const name = value === '*' ? 'process.env' : `process.env.${value}`
    return `${source.path}:${line}: only main and config files read ${name}; pass the value in`
  })
}

function packageName(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}
