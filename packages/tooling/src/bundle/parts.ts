import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** The `atollBundle` field of an app's package.json: what its bundle has beside `main.mjs`. */
export interface Parts {
  /** Sources of worker threads, below the app's folder. Each becomes `dist/<its name>.mjs`. */
  readonly workers: readonly string[]
  /** Packages that cannot be bundled, because they load files of their own: copied into `dist/node_modules`. */
  readonly outside: readonly string[]
  /** Pages of MCP Apps, made of `ui/<name>/index.html`. Each becomes `dist/<name>.html`. */
  readonly apps: readonly string[]
}

const NONE: Parts = { workers: [], outside: [], apps: [] }

/** Read what the app in `directory` wants. Throws when that is said wrongly. */
export function readParts(directory: string): Parts {
  const { atollBundle = {} } = readPackage(directory)
  const parts: Parts = { ...NONE, ...atollBundle }
  const isWrong = Object.entries(parts).some(([name, value]) => !(name in NONE) || !isTexts(value))
  if (isWrong)
    throw new Error(`${directory}: "atollBundle" may have lists of "workers", "outside" and "apps"`)
  const names = ['main', ...parts.workers.map(entryName)]
  if (new Set(names).size < names.length) throw new Error(`${directory}: two entries have the same name`)
  return parts
}

/** What a source is called in the bundle, without its ending. */
export function entryName(source: string): string {
  return basename(source, '.ts')
}

function readPackage(directory: string): { atollBundle?: object } {
  try {
    return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
