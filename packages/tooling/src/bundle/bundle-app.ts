import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OutputChunk, rolldown } from 'rolldown'
import { buildPage } from './build-page.ts'
import { type CopiedPackage, copyPackages } from './copy-packages.ts'
import { hiddenRequires } from './hidden-requires.ts'
import { outsideImports } from './outside-imports.ts'
import { entryName, readParts } from './parts.ts'

export interface Bundle {
  file: string
  bytes: number
  /** One for each worker thread. */
  workers: { file: string; bytes: number }[]
  /** One for each page of an MCP App. */
  apps: { file: string; bytes: number }[]
  /** Those beside the files, in `dist/node_modules`. */
  packages: CopiedPackage[]
}

/**
 * Bundle the app in `directory` (entry `src/main.ts`) into `dist/main.mjs`, which needs Node 24 and no other file but
 * those that the app's `atollBundle` names: its worker threads, pages of MCP Apps, and packages for this machine's
 * platform.
 * Throws when anything else that it would load at run time lies outside the bundle.
 *
 * Names and lines stay as written: on a server minifying saves neither memory nor start-up time, and source maps
 * (`--enable-source-maps`) double the memory at rest. Regions in the output name the module each line came from.
 */
export async function bundleApp(directory: string): Promise<Bundle> {
  const { workers, outside, apps } = readParts(directory)
  const dist = join(directory, 'dist')
  rmSync(dist, { recursive: true, force: true })
  const bundle = (source: string) =>
    bundleEntry(directory, source, join(dist, `${entryName(source)}.mjs`), outside)
  const main = await bundle('src/main.ts')
  return {
    ...main,
    workers: await Promise.all(workers.map(bundle)),
    apps: await Promise.all(apps.map((name) => writePage(directory, name, join(dist, `${name}.html`)))),
    packages: copyPackages(directory, outside, join(dist, 'node_modules'), process),
  }
}

async function bundleEntry(directory: string, source: string, file: string, outside: readonly string[]) {
  const isOutside = (id: string) => outside.some((name) => id === name || id.startsWith(`${name}/`))
  const bundle = await rolldown({
    cwd: directory,
    input: source,
    platform: 'node',
    external: isOutside,
    plugins: [hiddenRequires()],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message)
    },
  })
  try {
    const options = { format: 'esm', codeSplitting: false, keepNames: true } as const
    const { output } = await bundle.generate(options)
    const [chunk, ...others] = output
    const left = [...leftOutside(chunk, isOutside), ...others.map((other) => other.fileName)]
    if (left.length > 0) {
      throw new Error(`${directory}: ${source} does not fit in one file; left outside: ${left.join(', ')}`)
    }
    await bundle.write({ ...options, file })
    return { file, bytes: Buffer.byteLength(chunk.code) }
  } finally {
    await bundle.close()
  }
}

async function writePage(directory: string, name: string, file: string) {
  const page = await buildPage(directory, name)
  writeFileSync(file, page)
  return { file, bytes: Buffer.byteLength(page) }
}

function leftOutside(chunk: OutputChunk, isMeantTo: (id: string) => boolean): string[] {
  return outsideImports(chunk).filter((id) => !isMeantTo(id))
}
