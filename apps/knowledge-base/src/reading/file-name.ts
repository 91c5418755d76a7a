import { LONGEST } from '../model.ts'
import { cleanLine } from './clean-text.ts'

const EXTENSION = /(?<=[^/\\])\.([^./\\]+)$/

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/** Lower case without the dot; empty where there is none. */
export function extensionOf(name: string): string {
  return EXTENSION.exec(baseName(name))?.[1]?.toLowerCase() ?? ''
}

/** `parental-leave_2024.md` as people would say it: Parental leave 2024. */
export function readableName(name: string): string {
  const bare = cleanLine(baseName(name).replace(EXTENSION, ''))
  // A hyphen between words stands for a space only where there are no spaces: "At-Will Employment" keeps its own.
  const spaced = (/\s/.test(bare) ? bare : bare.replaceAll('-', ' ')).replace(/[\s_]+/g, ' ').trim()
  return spaced === '' ? 'Untitled' : spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

/** The first folder of a path relative to the folder that is read, else General. */
export function categoryOf(path: string): string {
  const end = path.indexOf('/')
  const folder = end > 0 ? cleanLine(path.slice(0, end)).slice(0, LONGEST.category).trim() : ''
  return folder || 'General'
}
