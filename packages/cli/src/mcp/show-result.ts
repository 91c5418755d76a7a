import { ERROR_META_KEY } from '@atoll/errors'
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable, printableLine } from '../terminal/printable.ts'
import { showValue } from '../terminal/show-value.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A tool's answer for people: its structured output, else its text; beside it what text cannot show. */
export function showResult(result: CallToolResult, look: Pick<Terminal, 'columns' | 'colors'>): string {
  if (result.structuredContent === undefined) return result.content.map(showBlock).join('\n\n')
  // The text of a structured result repeats it for clients that cannot read it.
  const others = result.content.filter((block) => block.type !== 'text').map(showBlock)
  return [showValue(result.structuredContent, look), ...others].join('\n\n')
}

/** A tool's answer for programs: its structured output, else its content. */
export function resultForScripts(result: CallToolResult): unknown {
  if (result.isError) {
    const details = errorDetails(result)
    return { error: { ...details, message: textOf(result).replace(`${details.code}: `, '') } }
  }
  return result.structuredContent ?? { content: result.content }
}

/** All the text of a result. */
export function textOf(result: CallToolResult): string {
  return result.content.flatMap((block) => (block.type === 'text' ? [printable(block.text)] : [])).join('\n')
}

/** Not allowed is told apart from failed by the error that the server attached. */
export function exitCodeOfResult(result: CallToolResult): ExitCode {
  if (!result.isError) return EXIT.ok
  const { status } = errorDetails(result)
  return status === 401 || status === 403 ? EXIT.forbidden : EXIT.failed
}

function errorDetails(result: CallToolResult): Record<string, unknown> {
  const details = result._meta?.[ERROR_META_KEY]
  return typeof details === 'object' && details !== null ? { ...details } : {}
}

function showBlock(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return printable(block.text)
    case 'image':
    case 'audio':
      return `[${block.type}, ${printableLine(block.mimeType)}, ${sizeOf(block.data)}; --json has it in base64]`
    case 'resource_link':
      return `[link: ${printableLine(block.name)} ${printableLine(block.uri)}]`
    case 'resource': {
      const { resource } = block
      return 'text' in resource
        ? printable(resource.text)
        : `[${printableLine(resource.uri)}, ${sizeOf(resource.blob)}]`
    }
    default:
      return `[${printableLine(String((block as { type: unknown }).type))}]`
  }
}

function sizeOf(base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4)
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} kB`
}
