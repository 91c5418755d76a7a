import type { z } from 'zod'
import type { App } from './app.ts'
import type { Domain } from './domain.ts'
import type { Prompt } from './prompt.ts'
import type { Resource } from './resource.ts'
import type { Skill } from './skill.ts'
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
  /** Pages for hosts with the MCP Apps extension; each is named by a tool at least. */
  apps?: readonly App<Name>[]
  /** Instructions for agents, which hosts with the Skills extension load when they are needed. */
  skills?: readonly Skill<Name>[]
  commands?: Readonly<Record<string, Command>>
}

export interface ServerDefinition<Name extends string = string, Deps = unknown>
  extends Required<ServerOptions<Name>> {
  // biome-ignore lint/suspicious/noExplicitAny: a server of any domain; Deps carries what tests may replace
  readonly domain: Domain<Name, any, any, Deps, any>
}

/** Put a domain's parts together. Throws a TypeError when two share a name, and for apps that no tool or only a tool names. */
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
  const { tools, resources = [], prompts = [], apps = [], skills = [] } = options
  unique(
    'tool',
    tools.map((tool) => tool.name),
  )
  unique(
    'resource',
    [...resources, ...apps].map(({ uri }) => uri),
  )
  unique(
    'prompt',
    prompts.map((prompt) => prompt.name),
  )
  unique(
    'skill',
    skills.map(({ name }) => name),
  )
  checkApps(tools, apps)
  return { domain, version: '0.1.0', commands: {}, ...options, tools, resources, prompts, apps, skills }
}

function checkApps(tools: readonly Tool[], apps: readonly App[]): void {
  for (const { name, app } of tools) {
    if (app && !apps.includes(app))
      throw new TypeError(`Tool ${name}: the server lacks its app "${app.name}"`)
  }
  const unnamed = apps.find((app) => !tools.some((tool) => tool.app === app))
  if (unnamed) throw new TypeError(`App ${unnamed.name}: no tool names it, so no host would show it`)
}

function unique(kind: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TypeError(`Two ${kind}s are called "${twice}"`)
}
