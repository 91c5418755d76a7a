import type { CallToolResult } from '@modelcontextprotocol/client'

/** What a tool answered instead of a result, in its own words. */
export class RefusedError extends Error {
  constructor({ content }: Pick<CallToolResult, 'content'>) {
    super(content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'))
  }
}

/** What to show of an error: a tool's own words, or that the host could not ask it. */
export function errorText(error: unknown): string {
  if (error instanceof RefusedError && error.message !== '')
    // The code in front is for programs.
    return error.message.replace(/^[A-Z_]+: /, '')
  return 'The server could not be asked. Try again in a moment.'
}
