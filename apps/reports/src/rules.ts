import type { Principal } from '@atoll/auth'
import { notPermitted } from './gathering/problem.ts'
import type { Content, Section } from './model.ts'

/**
 * The one decision about reading: a section is shown to whoever may now ask its sources themselves, not to whoever
 * could when it was made. So a report opens nothing that was closed since, and nothing to a token with fewer rights.
 */
export function visibleTo({ mayDelegate }: Pick<Principal, 'mayDelegate'>, content: Content): Content {
  return { ...content, sections: content.sections.map((section) => visible(section, mayDelegate)) }
}

function visible(section: Section, may: ReadonlySet<string> | undefined): Section {
  const missing = section.scopes.filter((scope) => !may?.has(scope))
  if (missing.length === 0) return section
  return { ...section, ...notPermitted(missing), blocks: [] }
}
