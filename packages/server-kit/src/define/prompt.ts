import type { z } from 'zod'
import type { ContentBlock } from './content.ts'
import type { Interaction } from './interaction.ts'
import type { Completer, PromptArguments } from './resource.ts'
import type { CallContext, NonEmpty } from './tool.ts'

export interface PromptMessage {
  role: 'user' | 'assistant'
  content: ContentBlock
}

export interface PromptContext<Args, Deps> extends CallContext<Deps> {
  readonly args: Args
  readonly interaction: Interaction
}

export interface PromptDefinition<Scope extends string, Args extends PromptArguments, Deps> {
  name: string
  title: string
  description: string
  scopes: NonEmpty<Scope>
  /** Not needed for a call, but with them it shows more. */
  optionalScopes?: readonly Scope[]
  /** Text arguments; use `.describe()` on each and `.optional()` where it may be left out. */
  arguments: Args
  complete?: { readonly [K in keyof z.input<Args>]?: Completer<Deps> }
  render(
    context: PromptContext<z.output<Args>, Deps>,
  ): Promise<readonly PromptMessage[]> | readonly PromptMessage[]
}

export type Prompt<Domain extends string = string> = {
  readonly kind: 'prompt'
  readonly domain: Domain
  // biome-ignore lint/suspicious/noExplicitAny: erased on purpose; definePrompt has checked the parts
} & Readonly<PromptDefinition<string, any, any>>
