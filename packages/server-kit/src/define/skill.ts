import type { NonEmpty } from './tool.ts'

export interface SkillDefinition<Scope extends string> {
  /** Lower-case words joined by hyphens. Agents find the skill at `skill://<name>/SKILL.md`. */
  name: string
  /** What it is for and when to use it: all that an agent sees before it loads the skill. */
  description: string
  /** What somebody needs who reads it; what it tells to do is done by tools, under the scopes of those. */
  scopes: NonEmpty<Scope>
  /** Markdown: what to do. */
  instructions: string
  /** Further texts that the instructions mention, by their path in the skill's folder: `references/metrics.md`. */
  files?: Readonly<Record<string, string>>
}

/** Instructions for agents that come with the server (Agent Skills); `domain` as in tools. */
export type Skill<Domain extends string = string> = {
  readonly kind: 'skill'
  readonly domain: Domain
} & Readonly<SkillDefinition<string>>
