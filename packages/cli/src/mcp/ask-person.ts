import { createInterface } from 'node:readline'
import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/client'
import { printable, printableLine } from '../terminal/printable.ts'

type Value = string | number | boolean | string[]
type FormParams = Extract<ElicitRequest['params'], { requestedSchema: unknown }>
type Field = FormParams['requestedSchema']['properties'][string]

export interface Streams {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** Ask the person at the terminal what a tool wants to know; Ctrl-C or Ctrl-D there answers "cancel". */
export async function askPerson(
  params: ElicitRequest['params'],
  { input, output }: Streams,
): Promise<ElicitResult> {
  if (!('requestedSchema' in params)) return { action: 'decline' }
  const lines = createInterface({ input, output })
  let closed = false
  lines.on('SIGINT', () => lines.close())
  lines.on('close', () => {
    closed = true
  })
  const answers = lines[Symbol.asyncIterator]()
  const ask = async (prompt: string): Promise<string> => {
    lines.setPrompt(prompt)
    // What was typed ahead may outlast the input.
    if (closed) output.write(prompt)
    else lines.prompt()
    const { value, done } = await answers.next()
    if (done) throw new LeftError()
    return value.trim()
  }
  try {
    output.write(`\n${printable(params.message)}\n`)
    const { properties, required = [] } = params.requestedSchema
    const content: Record<string, Value> = {}
    for (const [name, field] of Object.entries(properties)) {
      const value = await askField(ask, { name, field, required: required.includes(name), output })
      if (value !== undefined) content[name] = value
    }
    return { action: 'accept', content }
  } catch (error) {
    if (!(error instanceof LeftError)) throw error
    output.write('\n')
    return { action: 'cancel' }
  } finally {
    lines.close()
  }
}

/** The person ended the input instead of answering. */
class LeftError extends Error {}

interface Question {
  readonly name: string
  readonly field: Field
  readonly required: boolean
  readonly output: NodeJS.WritableStream
}

async function askField(
  ask: (prompt: string) => Promise<string>,
  question: Question,
): Promise<Value | undefined> {
  const { field, required, output } = question
  for (;;) {
    const answer = await ask(promptFor(question))
    if (answer === '' && 'default' in field && field.default !== undefined) return field.default as Value
    if (answer === '' && field.type === 'boolean') return false
    if (answer === '' && !required) return undefined
    const value = parseAnswer(answer, field)
    if (value !== undefined) return value
    output.write(`  Please answer with ${expected(field)}.\n`)
  }
}

function promptFor({ name, field, required }: Question): string {
  const label = printableLine(field.title ?? field.description ?? name)
  const preset = 'default' in field && field.default !== undefined ? ` [${String(field.default)}]` : ''
  if (field.type === 'boolean') return `${label} (${field.default === true ? 'Y/n' : 'y/N'}) `
  const choice = choices(field)
  const hint = choice.length > 0 ? ` (${choice.map(printableLine).join(', ')})` : ''
  return `${label}${hint}${preset}${required || preset ? '' : ' (may be left empty)'}: `
}

/** The value an answer stands for; undefined when it does not fit the field. */
export function parseAnswer(answer: string, field: Field): Value | undefined {
  if (field.type === 'boolean') {
    return /^(y|yes|true)$/i.test(answer) ? true : /^(n|no|false)$/i.test(answer) ? false : undefined
  }
  if (field.type === 'number' || field.type === 'integer') {
    const value = answer === '' ? Number.NaN : Number(answer)
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field
    const fits = Number.isFinite(value) && value >= minimum && value <= maximum
    return fits && (field.type === 'number' || Number.isInteger(value)) ? value : undefined
  }
  const allowed = choices(field)
  if (field.type === 'array') {
    const parts = answer
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
    return parts.every((part) => allowed.includes(part)) ? parts : undefined
  }
  if (allowed.length > 0) return allowed.includes(answer) ? answer : undefined
  const { minLength = 1, maxLength = Number.POSITIVE_INFINITY } =
    'minLength' in field || 'maxLength' in field ? field : {}
  return answer.length >= minLength && answer.length <= maxLength ? answer : undefined
}

function choices(field: Field): string[] {
  if ('enum' in field && field.enum) return [...field.enum]
  if ('oneOf' in field && field.oneOf) return field.oneOf.map((each) => each.const)
  if (field.type === 'array') {
    return 'anyOf' in field.items ? field.items.anyOf.map((each) => each.const) : [...field.items.enum]
  }
  return []
}

function expected(field: Field): string {
  const allowed = choices(field)
  if (field.type === 'boolean') return 'y or n'
  if (field.type === 'array') return `one or more of ${allowed.join(', ')}, separated by commas`
  if (allowed.length > 0) return `one of ${allowed.join(', ')}`
  if (field.type === 'number' || field.type === 'integer') {
    const limits = [
      field.minimum === undefined ? '' : `at least ${field.minimum}`,
      field.maximum === undefined ? '' : `at most ${field.maximum}`,
    ].filter(Boolean)
    return [field.type === 'integer' ? 'a whole number' : 'a number', ...limits].join(', ')
  }
  return 'a text of the right length'
}
