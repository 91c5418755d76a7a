import { text } from 'node:stream/consumers'
import { InvalidError } from '@atoll/errors'
import { type Context, printJson, terminalOn } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { parseSeconds } from '../fleet/duration.ts'
import { askPerson } from '../mcp/ask-person.ts'
import { exitCodeOfResult, resultForScripts, showResult, textOf } from '../mcp/show-result.ts'
import { targetFor } from '../mcp/target.ts'
import { withClient } from '../mcp/with-client.ts'
import { findTool, type ToolsOptions } from './tools.ts'

export interface CallOptions extends ToolsOptions {
  readonly timeout: string
}

/** Call a tool and show its answer. On a terminal the person is asked what the tool asks; elsewhere nobody is. */
export async function call(
  context: Context,
  name: string,
  json: string | undefined,
  options: CallOptions,
): Promise<ExitCode> {
  const { stdin, stderr } = context
  const args = parseArguments(json === '-' ? await text(stdin) : (json ?? '{}'))
  const timeout = parseSeconds(options.timeout) * 1_000
  const target = await targetFor(context.settings, options.server)
  const canAsk = stdin.isTTY && stderr.isTTY && json !== '-'
  const answer = canAsk
    ? (params: Parameters<typeof askPerson>[0]) => askPerson(params, { input: stdin, output: stderr })
    : undefined

  const result = await withClient(
    target,
    async (client) => {
      const { tools } = await client.listTools()
      const tool = findTool(tools, name)
      return client.callTool({ name: tool.name, arguments: args }, { toolDefinition: tool, timeout })
    },
    { answer },
  )
  if (options.json) printJson(context, resultForScripts(result))
  else if (result.isError) stderr.write(`${textOf(result)}\n`)
  else terminalOn(context).print(showResult(result, terminalOn(context)))
  if (result.isError && !canAsk && /confirm/i.test(textOf(result))) {
    stderr.write(
      'Nobody can be asked here: run this on a terminal, or pass what is asked for in the arguments.\n',
    )
  }
  return exitCodeOfResult(result)
}

/** Throws InvalidError when the text is not a JSON object. */
export function parseArguments(json: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new InvalidError(`The arguments are not JSON (${why}); write them like '{"name":"value"}'.`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new InvalidError(`The arguments must be a JSON object, like '{"name":"value"}'.`)
}
