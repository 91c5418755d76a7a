import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join, matchesGlob, relative } from 'node:path'

/** Copy what a build with this ignore file would see of `root`: the last pattern that matches decides. */
export function copyContext(root: string, ignoreFile: string, target: string): void {
  const patterns = readFileSync(ignoreFile, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), glob: line.replace(/^!/, '') }))

  const isIgnored = (path: string) => {
    let ignored = false
    for (const { keeps, glob } of patterns) {
      if (matchesGlob(path, glob) || matchesGlob(path, `${glob}/**`)) ignored = !keeps
    }
    return ignored
  }
  for (const entry of readdirSync(root)) {
    cpSync(join(root, entry), join(target, entry), {
      recursive: true,
      filter: (source) => !isIgnored(relative(root, source)),
    })
  }
}
