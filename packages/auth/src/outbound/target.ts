/** Which parameter says what a token is for: `resource` (RFC 8707), `audience` (RFC 8693 section 2.1), or both. */
export type Target = 'resource' | 'audience' | 'both'

export function targetParameters(target: Target, audience: string): Record<string, string> {
  return {
    ...(target !== 'audience' && { resource: audience }),
    ...(target !== 'resource' && { audience }),
  }
}
