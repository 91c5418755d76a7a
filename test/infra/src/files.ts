import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const repository = join(import.meta.dirname, '../../..')

/** A file of the repository. */
export function text(path: string): string {
  return readFileSync(join(repository, path), 'utf8')
}

// biome-ignore lint/suspicious/noExplicitAny: configuration files of other programs, picked apart by tests
export function yaml(path: string): any {
  return parse(text(path), { merge: true })
}

/** All that an app is made of: its own sources and those of the packages. */
export function sourcesOf(app: string): string {
  const files = globSync([`apps/${app}/{src,migrations}/**/*.ts`, 'packages/*/src/**/*.ts'], {
    cwd: repository,
  })
  return files.map(text).join('\n')
}
