import type { z } from 'zod'
import type { Domain } from './domain.ts'
import type { Prompt } from './prompt.ts'
import type { Resource } from './resource.ts'
import type { Tool } from './tool.ts'

/** A job the same bundle does from the command line: `node main.mjs migrate`, `... import --tenant T --dir D`. */
export interface Command {
  summary: string
  /** Resolves when done; throws an AppError whose message is shown, and the process ends with code 1. */
  run(context: CommandContext): Promise<void>
}

export interface CommandContext {
  /** What follows the command's name. */
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WritableStream
  /** Aborts on SIGINT and SIGTERM. */
  signal: AbortSignal
}

export interface ServerOptions<Name extends string> {
  /** For the model: what this server is for and how its tools play together. */
  instructions: string
  version?: string
  tools: readonly Tool<Name>[]
  resources?: readonly Resource<Name>[]
  prompts?: readonly Prompt<Name>[]
  commands?: Readonly<Record<string, Command>>
}

export interface ServerDefinition<Name extends string = string, Deps = unknown>
  extends Required<ServerOptions<Name>> {
  // biome-ignore lint/suspicious/noExplicitAny: a server of any domain; Deps carries what tests may replace
  readonly domain: Domain<Name, any, any, Deps, any>
}

/** Put a domain's parts together. Throws a TypeError when two share a name. */
export function defineServer<
  Name extends string,
  Scope extends string,
  Config extends z.ZodObject,
  Deps,
  Audience,
>(
  domain: Domain<Name, Scope, Config, Deps, Audience>,
  options: ServerOptions<NoInfer<Name>>,
): ServerDefinition<Name, Deps> {
  const { tools, resources = [], prompts = [] } = options
  unique(
    'tool',
    tools.map((tool) => tool.name),
  )
  unique(
    'resource',
    resources.map((resource) => resource.uri),
  )
  unique(
    'prompt',
    prompts.map((prompt) => prompt.name),
  )
  return { domain, version: '0.1.0', commands: {}, ...options, tools, resources, prompts }
}

function unique(kind: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TypeError(`Two ${kind}s are called "${twice}"`)
}
