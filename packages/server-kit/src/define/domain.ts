import type { Principal } from '@atoll/auth'
import type { Logger, Telemetry } from '@atoll/telemetry'
import type { z } from 'zod'
import type { App, AppDefinition } from './app.ts'
import type { Changes } from './changes.ts'
import type { Prompt, PromptDefinition } from './prompt.ts'
import type { PromptArguments, Resource, ResourceDefinition } from './resource.ts'
import type { Skill, SkillDefinition } from './skill.ts'
import type { Tasks } from './task.ts'
import type { DataClass, Limits, Tool, ToolDefinition } from './tool.ts'

/** Answers `/ready`; rejects when the dependency is not usable. */
export type Probe = (signal: AbortSignal) => Promise<void>

/** What `connect` opens: dependencies for handlers, and how to check and close them. */
export interface Connected<Deps> {
  deps: Deps
  /** Each appears in `/ready` under its name. */
  probes?: Readonly<Record<string, Probe>>
  /** What the server works without, only worse: `degraded` in `/ready` when it fails, never broken. */
  optional?: Readonly<Record<string, Probe>>
  close?(): Promise<void>
}

/** What `connect` gets beside its config. */
export interface ConnectContext<Audience = never> {
  /** Aborts when the server stops. */
  readonly signal: AbortSignal
  /** The server's own log, which takes secrets out of every line. */
  readonly logger: Logger
  readonly changes: Changes<Audience>
  /** What the server says of itself at `/metrics`; names begin with `atoll_` and the domain's. */
  readonly metrics: Pick<Telemetry, 'gauge'>
}

/** Who may hear of changes that are not for the whole tenant. */
type Hearing<Audience extends z.ZodType> =
  | {
      /** Describes whom a change is for, in plain JSON: it travels between replicas. */
      audience: Audience
      /** Whether a subscriber may hear of a change for this audience. Must be quick; throwing means no. */
      admits(principal: Principal, audience: z.output<Audience>): boolean
    }
  | { audience?: never; admits?: never }

export type DomainOptions<
  Name extends string,
  Scopes extends Readonly<Record<string, string>>,
  Config extends z.ZodObject,
  Deps,
  Prefix extends string = Name,
  Audience extends z.ZodType = z.ZodNever,
> = Hearing<Audience> & {
  /** Lower-case with hyphens. Also the gateway's name prefix. */
  name: Name
  /** What its scopes begin with, before the colon; the name unless given. */
  scopePrefix?: Prefix
  /** Action to what it allows, in words a person consenting reads. */
  scopes: Scopes
  /** Parsed from the environment once, at start. */
  config: Config
  connect(config: z.output<Config>, context: ConnectContext<z.input<Audience>>): Promise<Connected<Deps>>
  /** Where the work of tools with a `task` policy is found. Comes after `connect`, which says what `deps` are. */
  tasks?(deps: NoInfer<Deps>): Tasks
  /** Defaults for its tools and resources. */
  data?: DataClass
  limits?: Limits
}

export type ScopeOf<Prefix extends string, Scopes> = `${Prefix}:${Extract<keyof Scopes, string>}`

/** A business domain: the place where scope, config and dependency types are inferred once. */
export interface Domain<
  Name extends string,
  Scope extends string,
  Config extends z.ZodObject,
  Deps,
  Audience = never,
> {
  readonly name: Name
  /** Full scope (`orders:read`) to its description. */
  readonly scopes: Readonly<Record<Scope, string>>
  readonly config: Config
  readonly data: DataClass
  readonly limits: Required<Limits>
  connect(config: z.output<Config>, context: ConnectContext<Audience>): Promise<Connected<Deps>>
  tasks?(deps: Deps): Tasks
  /** Whether a subscriber may hear of a change for an audience; false for one that does not fit its schema. */
  admits(principal: Principal, audience: unknown): boolean
  /** Throws a TypeError when the definition contradicts itself (a cache on restricted data, a bad name). */
  defineTool<Input extends z.ZodObject, Output extends z.ZodObject | undefined = undefined>(
    definition: ToolDefinition<Scope, Input, Output, Deps, Audience> & { app?: App<Name> },
  ): Tool<Name>
  /** Throws a TypeError when the definition contradicts itself. */
  defineResource<const Uri extends string>(definition: ResourceDefinition<Scope, Uri, Deps>): Resource<Name>
  /** Throws a TypeError when the definition contradicts itself. */
  definePrompt<Args extends PromptArguments>(definition: PromptDefinition<Scope, Args, Deps>): Prompt<Name>
  /** Throws a TypeError when its page is not where it should be. */
  defineApp(definition: AppDefinition<Scope>): App<Name>
  /** Throws a TypeError when hosts would not load it. */
  defineSkill(definition: SkillDefinition<Scope>): Skill<Name>
}
