import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface WorkspacePackage {
  name: string
  /** Relative to the root, with forward slashes: `packages/auth`. */
  folder: string
  dependencies: ReadonlySet<string>
  devDependencies: ReadonlySet<string>
  sources: readonly SourceFile[]
}

export interface SourceFile {
  /** Relative to the root. */
  path: string
  code: string
}

const SKIPPED = new Set(['node_modules', 'dist', '.turbo', '.atoll'])

/** Every package of the workspace at `root` with its TypeScript sources. */
export function readWorkspace(root: string): WorkspacePackage[] {
  const manifests = globSync(['{apps,packages,test,examples}/*/package.json', 'bench/package.json'], {
    cwd: root,
  })
  return manifests.sort().map((manifest) => {
    const folder = dirname(manifest)
    const { name, dependencies, devDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(root, manifest), 'utf8'),
    )
    const files = globSync(`${folder}/**/*.{ts,tsx,mts,js,mjs}`, {
      cwd: root,
      exclude: (path) => SKIPPED.has(path.split('/').at(-1) ?? ''),
    })
    return {
      name,
      folder,
      dependencies: new Set(Object.keys({ ...dependencies, ...peerDependencies })),
      devDependencies: new Set(Object.keys(devDependencies ?? {})),
      sources: files.sort().map((path) => ({ path, code: readFileSync(join(root, path), 'utf8') })),
    }
  })
}
