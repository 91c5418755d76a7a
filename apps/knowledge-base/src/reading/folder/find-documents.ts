import { lstat, opendir, realpath } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { InvalidError } from '@atoll/errors'
import { extensionOf } from '../file-name.ts'
import { EXTENSIONS } from '../formats.ts'
import { shownName } from '../shown-name.ts'
import { fileAt } from './file-at.ts'
import type { Found } from './found.ts'
import { isInside } from './is-inside.ts'
import { codeOf, reasonOf } from './reasons.ts'

/**
 * Yield the documents below a folder in the order of their names, then how many other files there are by extension.
 * Names that begin with a dot are left out. A link is followed inside the folder only, and where it leads to
 * something that is not found without it. Throws InvalidError when the folder cannot be read.
 */
export async function* findDocuments(
  folder: string,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<Found, void, void> {
  const root = await rootOf(folder)
  const walk = new Walk(root, signal)
  yield* walk.folder(root, '')
  for (const [extension, count] of [...walk.skipped].sort(byName)) yield { kind: 'skipped', extension, count }
}

async function rootOf(folder: string): Promise<string> {
  try {
    const root = await realpath(folder)
    if ((await lstat(root)).isDirectory()) return root
  } catch (cause) {
    throw new InvalidError(`The folder ${shownName(folder)} cannot be read. ${reasonOf(cause)}`, { cause })
  }
  throw new InvalidError(`${shownName(folder)} is a file; name the folder it lies in.`)
}

class Walk {
  readonly skipped = new Map<string, number>()
  readonly #root: string
  readonly #signal: AbortSignal
  /** Real paths: nothing is found twice, and loops end. */
  readonly #seen = new Set<string>()

  constructor(root: string, signal: AbortSignal) {
    this.#root = root
    this.#signal = signal
  }

  /** `at` is the real folder, `path` how it is called below the root. */
  async *folder(at: string, path: string): AsyncGenerator<Found, void, void> {
    if (this.#isAgain(at)) return
    let names: string[]
    try {
      names = await visibleNames(at)
    } catch (error) {
      if (path === '')
        throw new InvalidError(`The folder cannot be read. ${reasonOf(error)}`, { cause: error })
      yield { kind: 'refused', path, reason: reasonOf(error) }
      return
    }
    for (const name of names) {
      this.#signal.throwIfAborted()
      yield* this.#entry(join(at, name), path === '' ? name : `${path}/${name}`)
    }
  }

  async *#entry(at: string, path: string): AsyncGenerator<Found, void, void> {
    try {
      const stats = await lstat(at)
      if (stats.isSymbolicLink()) yield* this.#link(at, path)
      else if (stats.isDirectory()) yield* this.folder(at, path)
      else yield* this.#file(at, path)
    } catch (error) {
      this.#signal.throwIfAborted()
      if (codeOf(error) === undefined) throw error
      yield { kind: 'refused', path, reason: reasonOf(error) }
    }
  }

  async *#link(at: string, path: string): AsyncGenerator<Found, void, void> {
    const target = await realpath(at)
    if (!isInside(this.#root, target)) {
      yield { kind: 'refused', path, reason: 'It is a link that leaves the folder.' }
      return
    }
    const isFolder = (await lstat(target)).isDirectory()
    if (this.#isFoundAnyway(target, isFolder)) return
    if (isFolder) yield* this.folder(target, path)
    else yield* this.#file(target, path)
  }

  async *#file(at: string, path: string): AsyncGenerator<Found, void, void> {
    const extension = extensionOf(path)
    if (!EXTENSIONS.has(extension)) this.skipped.set(extension, (this.skipped.get(extension) ?? 0) + 1)
    else if (!this.#isAgain(at)) yield await fileAt(at, path, this.#root)
  }

  #isAgain(at: string): boolean {
    const again = this.#seen.has(at)
    this.#seen.add(at)
    return again
  }

  /** Nothing on its way begins with a dot, and it is of a kind that is read. */
  #isFoundAnyway(target: string, isFolder: boolean): boolean {
    const hidden = relative(this.#root, target)
      .split(sep)
      .some((name) => name.startsWith('.'))
    return !hidden && (isFolder || EXTENSIONS.has(extensionOf(basename(target))))
  }
}

async function visibleNames(folder: string): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of await opendir(folder)) if (!name.startsWith('.')) names.push(name)
  return names.sort()
}

const byName = ([a]: [string, number], [b]: [string, number]) => (a < b ? -1 : 1)
