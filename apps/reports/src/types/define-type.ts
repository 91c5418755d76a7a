import type { z } from 'zod'
import type { Block } from '../blocks.ts'
import type { ReportRequest, ReportType } from '../model.ts'

/** One question to another server: a tool as the gateway names it, and the part of its answer that is used. */
export interface Need<Data = unknown> {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** What one must be allowed to ask it. */
  readonly scopes: readonly string[]
  readonly answer: z.ZodType<Data>
}

type Needs = Readonly<Record<string, Need | readonly Need[]>>
type Answer<N> = N extends Need<infer Data> ? Data : N extends readonly Need<infer Data>[] ? Data[] : never

export interface SectionType {
  readonly id: string
  readonly title: string
  needs(request: ReportRequest): Needs
  build(answers: Readonly<Record<string, unknown>>, request: ReportRequest): Block[]
}

export interface ReportDefinition {
  readonly type: ReportType
  readonly title: string
  /** For the model: what it answers. */
  readonly description: string
  /** Whether it can be about one department alone. */
  readonly byDepartment: boolean
  readonly sections: readonly SectionType[]
}

/** A section: the questions it asks, and what it makes of the answers. The same question of two sections is asked once. */
export function section<N extends Needs>(definition: {
  id: string
  title: string
  needs(request: ReportRequest): N
  build(answers: { [K in keyof N]: Answer<N[K]> }, request: ReportRequest): Block[]
}): SectionType {
  // The answers were parsed by the schemas of these very needs.
  return definition as unknown as SectionType
}

/** All questions of a report, each once. */
export function needsOf({ sections }: ReportDefinition, request: ReportRequest): Need[] {
  const needs = sections.flatMap((each) => Object.values(each.needs(request)).flat())
  return [...new Map(needs.map((need) => [keyOf(need), need])).values()]
}

export function keyOf({ tool, arguments: args }: Need): string {
  return JSON.stringify([tool, args])
}
