import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { hiddenRequires } from './hidden-requires.ts'
import { outsideImports } from './outside-imports.ts'

export interface Bundle {
  file: string
  bytes: number
}

/**
 * Bundle the app in `directory` (entry `src/main.ts`) into `dist/main.mjs`, which needs Node 24 and no other file.
 * Throws when anything it would load at run time lies outside the bundle.
 *
 * Names and lines stay as written: on a server minifying saves neither memory nor start-up time, and source maps
 * (`--enable-source-maps`) double the memory at rest. Regions in the output name the module each line came from.
 */
export async function bundleApp(directory: string): Promise<Bundle> {
  const bundle = await rolldown({
    cwd: directory,
    input: 'src/main.ts',
    platform: 'node',
    plugins: [hiddenRequires()],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message)
    },
  })
  try {
    const file = join(directory, 'dist/main.mjs')
    const options = { format: 'esm', codeSplitting: false, keepNames: true } as const
    const { output } = await bundle.generate(options)
    const [chunk, ...others] = output
    const outside = [...outsideImports(chunk), ...others.map((other) => other.fileName)]
    if (outside.length > 0) {
      throw new Error(`${directory} does not fit in one file; left outside: ${outside.join(', ')}`)
    }
    await bundle.write({ ...options, file })
    return { file, bytes: Buffer.byteLength(chunk.code) }
  } finally {
    await bundle.close()
  }
}
