import type { z } from 'zod'
import type { Prompt, PromptDefinition } from './prompt.ts'
import type { PromptArguments, Resource, ResourceDefinition } from './resource.ts'
import type { DataClass, Limits, Tool, ToolDefinition } from './tool.ts'

/** Answers `/ready`; rejects when the dependency is not usable. */
export type Probe = (signal: AbortSignal) => Promise<void>

/** What `connect` opens: dependencies for handlers, and how to check and close them. */
export interface Connected<Deps> {
  deps: Deps
  /** Each appears in `/ready` under its name. */
  probes?: Readonly<Record<string, Probe>>
  close?(): Promise<void>
}

export interface DomainOptions<
  Name extends string,
  Scopes extends Readonly<Record<string, string>>,
  Config extends z.ZodObject,
  Deps,
  Prefix extends string = Name,
> {
  /** Lower-case with hyphens. Also the gateway's name prefix. */
  name: Name
  /** What its scopes begin with, before the colon; the name unless given. */
  scopePrefix?: Prefix
  /** Action to what it allows, in words a person consenting reads. */
  scopes: Scopes
  /** Parsed from the environment once, at start. */
  config: Config
  connect(config: z.output<Config>, context: { signal: AbortSignal }): Promise<Connected<Deps>>
  /** Defaults for its tools and resources. */
  data?: DataClass
  limits?: Limits
}

export type ScopeOf<Prefix extends string, Scopes> = `${Prefix}:${Extract<keyof Scopes, string>}`

/** A business domain: the place where scope, config and dependency types are inferred once. */
export interface Domain<Name extends string, Scope extends string, Config extends z.ZodObject, Deps> {
  readonly name: Name
  /** Full scope (`orders:read`) to its description. */
  readonly scopes: Readonly<Record<Scope, string>>
  readonly config: Config
  readonly data: DataClass
  readonly limits: Required<Limits>
  connect(config: z.output<Config>, context: { signal: AbortSignal }): Promise<Connected<Deps>>
  /** Throws a TypeError when the definition contradicts itself (a cache on restricted data, a bad name). */
  defineTool<Input extends z.ZodObject, Output extends z.ZodObject | undefined = undefined>(
    definition: ToolDefinition<Scope, Input, Output, Deps>,
  ): Tool<Name>
  /** Throws a TypeError when the definition contradicts itself. */
  defineResource<const Uri extends string>(definition: ResourceDefinition<Scope, Uri, Deps>): Resource<Name>
  /** Throws a TypeError when the definition contradicts itself. */
  definePrompt<Args extends PromptArguments>(definition: PromptDefinition<Scope, Args, Deps>): Prompt<Name>
}
