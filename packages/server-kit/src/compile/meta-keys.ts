/** The `_meta` keys under which facts of policy are listed, for gateways: what a call needs, and what widens it. */
export const TOOL_META_KEY = 'dev.atoll/tool'
/** For fixed resources, templates, and the resources that templates list. */
export const RESOURCE_META_KEY = 'dev.atoll/resource'
export const PROMPT_META_KEY = 'dev.atoll/prompt'

/** `scopes` are all needed; each of `optionalScopes` shows more; `delegates` are other domains', for acting there. */
export function listedScopes({
  scopes,
  optionalScopes = [],
  delegates = [],
}: {
  readonly scopes: readonly string[]
  readonly optionalScopes?: readonly string[]
  readonly delegates?: readonly string[]
}): Record<string, unknown> {
  return {
    scopes,
    ...(optionalScopes.length > 0 && { optionalScopes }),
    ...(delegates.length > 0 && { delegates }),
  }
}
