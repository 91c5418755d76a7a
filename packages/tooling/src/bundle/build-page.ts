import { join } from 'node:path'
import { build, type Rolldown } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'

/** Since spring 2024. Named, so that the theme's `light-dark()` stays what follows the page's own colour scheme. */
const TARGET = ['chrome123', 'firefox120', 'safari17.5']

/**
 * The page of an MCP App: `ui/<name>/index.html` in `directory` with its scripts and styles, as one HTML document that
 * needs nothing else. Throws when something is left outside.
 */
export async function buildPage(directory: string, name: string): Promise<string> {
  const root = join(directory, 'ui', name)
  const built = await build({
    root,
    configFile: false,
    // What it says would stand in the way of what it made.
    logLevel: 'silent',
    // Libraries leave out what helps their developers, whatever runs this: a test, or a fleet at work.
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    plugins: [viteSingleFile({ removeViteModuleLoader: true })],
    build: { write: false, target: TARGET, modulePreload: false, reportCompressedSize: false },
  })
  // Without `watch` there is one output, or one for each format.
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput]
  const [page, ...others] = output
  if (page.fileName !== 'index.html' || page.type !== ('asset' as string) || others.length > 0) {
    const files = output.map(({ fileName }) => fileName).join(', ')
    throw new Error(`${root} does not fit in one page: it came out as ${files}`)
  }
  return String((page as unknown as Rolldown.OutputAsset).source)
}
