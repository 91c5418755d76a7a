/** The methods and capability of the Skills extension (SEP-2640). */
export const SKILLS_EXTENSION = 'io.modelcontextprotocol/skills'

export const SKILL_METHODS = ['skills/list', 'skills/get', 'resources/directory/read'] as const
export type SkillMethod = (typeof SKILL_METHODS)[number]

export function isSkillMethod(method: string): method is SkillMethod {
  return (SKILL_METHODS as readonly string[]).includes(method)
}

export const SKILLS_CAPABILITY = { [SKILLS_EXTENSION]: { directoryRead: true } }
