import { cpSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { neededFiles, type Target } from './needed-files.ts'

/** A package that was copied. */
export interface CopiedPackage {
  name: string
  bytes: number
}

/**
 * Copy packages that the app in `directory` depends on, and what they depend on, into `modules`: of each the files that
 * the target needs. A dependency that none of them names, such as one of an install script, is left out.
 */
export function copyPackages(
  directory: string,
  names: readonly string[],
  modules: string,
  target: Target,
): CopiedPackage[] {
  const places = new Map<string, string>()
  const copied: CopiedPackage[] = []

  const add = (name: string, from: string, parent: string): void => {
    const folder = folderOf(name, from)
    const isElsewhere = places.has(join(modules, name)) && places.get(join(modules, name)) !== folder
    const place = join(isElsewhere ? join(parent, 'node_modules') : modules, name)
    if (places.has(place)) return
    places.set(place, folder)
    const files = neededFiles(folder, target)
    for (const file of files) cpSync(join(folder, file), join(place, file))
    copied.push({ name, bytes: files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) })
    const { dependencies, optional } = dependenciesOf(folder, files)
    for (const dependency of dependencies) add(dependency, folder, place)
    // Of binaries that come as a package for each platform, that of this one was installed.
    for (const dependency of optional) if (isInstalled(dependency, folder)) add(dependency, folder, place)
  }
  for (const name of names) add(name, directory, modules)
  return copied
}

function folderOf(name: string, from: string): string {
  const file = findPackageJSON(name, join(from, 'package.json'))
  if (file === undefined) throw new Error(`${from} cannot find the package ${name}`)
  return realpathSync(dirname(file))
}

function isInstalled(name: string, from: string): boolean {
  try {
    return findPackageJSON(name, join(from, 'package.json')) !== undefined
  } catch {
    return false
  }
}

/** Those of its dependencies that a package names in its code. */
function dependenciesOf(folder: string, files: readonly string[]) {
  const { dependencies = {}, optionalDependencies = {} }: Record<string, object> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  const code = files
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
  const isNamed = (name: string) =>
    code.some((text) => [`'${name}`, `"${name}`, `\`${name}`].some((start) => text.includes(start)))
  const optional = Object.keys(optionalDependencies).filter(isNamed)
  // npm lists the optional ones among the others, too.
  return {
    dependencies: Object.keys(dependencies).filter((name) => isNamed(name) && !optional.includes(name)),
    optional,
  }
}
