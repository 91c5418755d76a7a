import { globSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'

/** The machine that a bundle is for. */
export interface Target {
  platform: string
  arch: string
}

const PLATFORMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'macos',
  'openbsd',
  'sunos',
  'win32',
  'windows',
]
const ARCHITECTURES = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']
/** Of native code alone: a module may be called as it likes. */
const BINARY = /\.(node|so|dylib|dll|exe)(\.|$)/
/** Sources, what they are built from and with, and what explains them. Licences stay. */
const UNUSED =
  /\.([cm]?ts|map|md|markdown|c|cc|cpp|cxx|h|hh|hpp|m|mm|s|S|asm|rs|go|py|swift|gypi?|cmake|in|toml|modulemap|cff)$|(^|\/)(CMakeLists\.txt|Makefile|tsconfig[\w.-]*\.json)$|\.test\.[cm]?js$/
/** Folders at the top of a package that only installing, building or testing looks into. */
const ASIDE = /^(scripts?|docs?|tests?|examples?)\//

/** The files below `folder`, a package's, that it may need when it runs on the target. */
export function neededFiles(folder: string, target: Target): string[] {
  const files = globSync('**/*', {
    cwd: folder,
    withFileTypes: true,
    exclude: ({ name }) => name === 'node_modules',
  })
  return files
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'))
    .filter((path) => !UNUSED.test(path) && !ASIDE.test(path) && !isForeign(path, target))
    .sort()
}

/** Whether a part of the path names other platforms or architectures than the target's, or another C library. */
function isForeign(path: string, { platform, arch }: Target): boolean {
  const parts = dirname(path).split('/')
  if (BINARY.test(path)) parts.push(basename(path))
  return parts.some((part) => {
    const words = part.toLowerCase().split(/[^a-z0-9]+/)
    return lacks(words, PLATFORMS, platform) || lacks(words, ARCHITECTURES, arch) || words.includes('musl')
  })
}

function lacks(words: readonly string[], known: readonly string[], wanted: string): boolean {
  const named = words.filter((word) => known.includes(word))
  return named.length > 0 && !named.includes(wanted)
}
