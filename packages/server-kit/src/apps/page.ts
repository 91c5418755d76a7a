import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { App } from '../define/app.ts'

type Where = Pick<App, 'name' | 'module'>

/** Bytes of a page at most. */
const LONGEST = 16 * 1024 * 1024

/** Whether pages are made anew each time they are read, so that what was just written is what is shown. */
export function isFromSource({ module }: Where): boolean {
  return module.endsWith('.ts')
}

/** Where the page, or what it is made of, is missing; undefined when it is there. */
export function missingPage(app: Where): string | undefined {
  const file = isFromSource(app)
    ? join(folderOf(app), 'ui', app.name, 'index.html')
    : new URL(`./${app.name}.html`, app.module)
  return existsSync(file) ? undefined : String(file)
}

/** How to get an app's page: one HTML document that needs nothing else. */
export function pageReader(app: Where): (signal: AbortSignal) => Promise<string> {
  if (isFromSource(app)) return (signal) => build(app, signal)
  let page: Promise<string> | undefined
  return () => {
    page ??= readFile(new URL(`./${app.name}.html`, app.module), 'utf8').catch((error) => {
      page = undefined
      throw error
    })
    return page
  }
}

/** The script `ui` of the server's package.json writes the page to its standard output. */
async function build(app: Where, signal: AbortSignal): Promise<string> {
  const run = promisify(execFile)
  const options = { cwd: folderOf(app), signal, maxBuffer: LONGEST }
  const { stdout } = await run(process.execPath, ['--run', 'ui', '--', app.name], options)
  return stdout
}

function folderOf({ module }: Where): string {
  const file = findPackageJSON(module)
  if (file === undefined) throw new TypeError(`${module} belongs to no package`)
  return dirname(file)
}
