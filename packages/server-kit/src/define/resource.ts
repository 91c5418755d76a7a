import type { z } from 'zod'
import type { CachePolicy, CallContext, DataClass, Limits, NonEmpty } from './tool.ts'

/** Variables of an RFC 6570 template (`{id}`, `{+path}`, `{?a,b}`). */
export type TemplateVariables<Uri extends string> = Uri extends `${string}{${infer Expression}}${infer Rest}`
  ? VariableName<Expression> | TemplateVariables<Rest>
  : never
type VariableName<E extends string> = E extends `${'+' | '#' | '?' | '&' | '/' | '.' | ';'}${infer N}`
  ? Names<N>
  : Names<E>
type Names<N extends string> = N extends `${infer A},${infer B}` ? Bare<A> | Names<B> : Bare<N>
type Bare<N extends string> = N extends `${infer A}*` ? A : N

export interface ResourceContext<Variable extends string, Deps> extends CallContext<Deps> {
  readonly uri: string
  readonly params: { readonly [K in Variable]: string }
}

export type ResourceBody =
  | { text: string; mimeType?: string; meta?: Record<string, unknown> }
  | { blob: Uint8Array; mimeType?: string; meta?: Record<string, unknown> }
  /** Serialised as JSON. */
  | { json: unknown; meta?: Record<string, unknown> }

export interface ListedResource {
  uri: string
  name: string
  title?: string
  description?: string
  mimeType?: string
  /** Bytes. */
  size?: number
}

export interface Page<T> {
  items: readonly T[]
  nextCursor?: string
}

/** Offers completions of one template variable or prompt argument. */
export type Completer<Deps> = (
  context: CallContext<Deps> & { value: string; others: Readonly<Record<string, string>> },
) => Promise<readonly string[]> | readonly string[]

export interface ResourceDefinition<Scope extends string, Uri extends string, Deps> {
  /** A fixed URI, or an RFC 6570 template. */
  uri: Uri
  name: string
  title: string
  description: string
  mimeType: string
  scopes: NonEmpty<Scope>
  /** Not needed for reading it, but with them it shows more. Answers then differ by scope: cache them per principal. */
  optionalScopes?: readonly Scope[]
  /** Scopes of other domains that decide what it shows: `principal.mayDelegate` holds those the caller has. */
  delegates?: readonly string[]
  data?: DataClass
  limits?: Limits
  cache?: CachePolicy
  meta?: Record<string, unknown>
  read(context: ResourceContext<TemplateVariables<Uri>, Deps>): Promise<ResourceBody> | ResourceBody
  /** Which resources of a template exist for this caller. */
  list?(context: CallContext<Deps> & { cursor: string | undefined }): Promise<Page<ListedResource>>
  complete?: { readonly [K in TemplateVariables<Uri>]?: Completer<Deps> }
}

export type Resource<Domain extends string = string> = {
  readonly kind: 'resource'
  readonly domain: Domain
  // biome-ignore lint/suspicious/noExplicitAny: erased on purpose; defineResource has checked the parts
} & Readonly<ResourceDefinition<string, string, any>>

export type PromptArguments = z.ZodObject<Record<string, z.ZodType<string | undefined, string | undefined>>>
