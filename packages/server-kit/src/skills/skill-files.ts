import { createHash } from 'node:crypto'
import type { Skill } from '../define/skill.ts'

/** One file of a skill, as a resource. */
export interface SkillFile {
  readonly uri: string
  /** The skill's for its `SKILL.md`, else the last part of its path. */
  readonly name: string
  readonly description: string
  readonly mimeType: string
  readonly text: string
}

/** What `skills/list` and `skills/get` say of a skill (MCP Skills, Skill Entries). */
export interface SkillEntry {
  readonly uri: string
  readonly frontmatter: { readonly name: string; readonly description: string }
  readonly resources: readonly { readonly uri: string; readonly digest: string; readonly size: number }[]
}

const MAIN = 'SKILL.md'

/** Its `SKILL.md` comes first. */
export function filesOf({ name, description, instructions, files = {} }: Skill): readonly SkillFile[] {
  // A string in JSON is one in YAML (YAML 1.2 section 1.3).
  const main = `---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n${instructions.trim()}\n`
  const others = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    { uri: `skill://${name}/${MAIN}`, name, description, mimeType: 'text/markdown', text: main },
    ...others.map(([path, text]) => ({
      uri: `skill://${name}/${path}`,
      name: path.slice(path.lastIndexOf('/') + 1),
      description: `Part of the skill ${name}.`,
      mimeType: MIME_TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain',
      text,
    })),
  ]
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  json: 'application/json',
  csv: 'text/csv',
  html: 'text/html',
}

export function entryOf({ name, description }: Skill, files: readonly SkillFile[]): SkillEntry {
  return {
    uri: files[0]?.uri ?? '',
    frontmatter: { name, description },
    resources: files.map(({ uri, text }) => ({
      uri,
      digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      size: Buffer.byteLength(text),
    })),
  }
}
