import type { SkillFile } from './skill-files.ts'

const DIRECTORY = 'inode/directory'

export interface Child {
  readonly uri: string
  readonly name: string
  readonly mimeType: string
}

/** Every directory of these files by its URI, each with its direct children (MCP Skills, Reading Directories). */
export function directoriesOf(files: readonly SkillFile[]): ReadonlyMap<string, readonly Child[]> {
  const directories = new Map<string, Map<string, Child>>()
  for (const { uri, mimeType } of files) {
    let child = { uri, name: lastOf(uri), mimeType }
    for (let parent = parentOf(uri); parent !== undefined; parent = parentOf(parent)) {
      const children = directories.get(parent) ?? new Map()
      directories.set(parent, children.set(child.uri, child))
      child = { uri: parent, name: lastOf(parent), mimeType: DIRECTORY }
    }
  }
  return new Map([...directories].map(([uri, children]) => [uri, [...children.values()]]))
}

/** Undefined for the root of a skill. */
function parentOf(uri: string): string | undefined {
  const at = uri.lastIndexOf('/')
  return at < 'skill://'.length ? undefined : uri.slice(0, at)
}

function lastOf(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1)
}
