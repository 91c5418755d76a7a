import {
  TypeError as CelTypeError,
  EvaluationError,
  ParseError,
  type ParseResult,
} from '@marcbachmann/cel-js'
import { environment } from './environment.ts'
import type { Arguments, Subject, SubjectField, Target } from './facts.ts'
import { conjuncts, inspect, withoutArguments } from './syntax.ts'

/** What an expression is evaluated with. What is left out fails, unless the rest decides anyway. */
export interface Facts {
  readonly principal?: Subject
  readonly target: Target
  readonly args?: Arguments
}

export interface Expression {
  readonly text: string
  /** Whether its answer may depend on the arguments of a call. */
  readonly readsArguments: boolean
  /** The fields of the principal that it looks at. */
  readonly reads: ReadonlySet<SubjectField>
  /** Throws EvaluationError where it has no answer. */
  test(facts: Facts): boolean
  /** The same of what needs no arguments, where the rest always does: only false decides then. */
  readonly early: ((facts: Facts) => boolean) | undefined
  /** Its parts that must all hold, for explaining it. */
  conditions(): readonly Condition[]
}

export interface Condition {
  readonly text: string
  test(facts: Facts): unknown
}

/** Why a text is no expression that a rule can have; the message says what to write instead. */
export class ExpressionError extends Error {}

/** Read and check an expression (CEL). Throws ExpressionError. */
export function compileExpression(text: string): Expression {
  const parsed = parse(text)
  const { readsArguments, reads } = inspect(parsed.ast, fail)
  const { valid, type, error } = parsed.check()
  if (!valid) fail(error?.summary ?? 'it cannot be checked')
  if (type !== 'bool') fail(`it is a ${type}, not true or false; compare it with something`)
  const early = withoutArguments(parsed.ast)
  return {
    text,
    readsArguments,
    reads,
    test: parsed,
    early: early === undefined ? undefined : environment.parse(early),
    conditions: () => conjuncts(parsed.ast).map((part) => ({ text: part, test: environment.parse(part) })),
  }
}

/** A word for what went wrong that holds nothing of what a caller sent. */
export function failureCode(error: unknown): string {
  return error instanceof EvaluationError || error instanceof CelTypeError ? error.code : 'failed'
}

function parse(text: string): ParseResult {
  try {
    return environment.parse(text)
  } catch (error) {
    if (error instanceof ParseError) fail(error.summary)
    throw error
  }
}

function fail(message: string): never {
  throw new ExpressionError(message)
}
