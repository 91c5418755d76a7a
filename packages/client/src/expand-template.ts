import { UriTemplate } from '@modelcontextprotocol/client'

/**
 * The URI that a template (RFC 6570) makes of these values. Undefined while one of its variables has no value, and for what is no
 * template, or none that the official SDK can read.
 */
export function expandTemplate(
  template: string,
  values: Readonly<Record<string, string>>,
): string | undefined {
  try {
    const parsed = new UriTemplate(template)
    const { variableNames } = parsed
    const isComplete = variableNames.length > 0 && variableNames.every((name) => Object.hasOwn(values, name))
    return isComplete ? parsed.expand(values) : undefined
  } catch {
    return undefined
  }
}
