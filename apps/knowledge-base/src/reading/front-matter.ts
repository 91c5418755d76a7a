import { InvalidError } from '@atoll/errors'
import { isMap, parseDocument } from 'yaml'
import { z } from 'zod'
import { LONGEST } from '../model.ts'
import { cleanLine } from './clean-text.ts'
import { type Extracted, VISIBILITIES } from './extracted.ts'

export type FrontMatter = Pick<Extracted, 'category' | 'visibility' | 'groups' | 'updated'> & {
  title?: string
}

const LONGEST_BLOCK = 20_000
const BLOCK = /^---[ \t]*\n(?:([\s\S]*?)\n)??(?:---|\.\.\.)[ \t]*(?:\n|$)/
const LOOKS_LIKE_KEY = /^\s*["']?[\p{L}][\p{L}\p{N}_ -]{0,60}["']?\s*:(?:\s|$)/u
const OPENS_AS_OURS = /^---[ \t]*\n\s*(?:title|category|visibility|groups|updated)[ \t]*:/i

/**
 * What the YAML between `---` at the start says, and the rest of the text.
 * Throws InvalidError when it cannot be read or has a wrong value: skipping it could show a confidential page.
 */
export function splitFrontMatter(text: string): { about: FrontMatter; body: string } {
  const [block, yaml = ''] = BLOCK.exec(text) ?? []
  if (block === undefined) {
    if (OPENS_AS_OURS.test(text))
      throw new InvalidError('Its front matter has no end: close it with a line ---.')
    return { about: {}, body: text }
  }
  const fields = fieldsOf(yaml)
  return fields ? { about: check(fields), body: text.slice(block.length) } : { about: {}, body: text }
}

/** Undefined where the block is no mapping, and so part of the text. */
function fieldsOf(yaml: string): Record<string, unknown> | undefined {
  if (!LOOKS_LIKE_KEY.test(yaml.replace(/^(?:[ \t]*#.*)?\n/gm, '')))
    return yaml.trim() === '' ? {} : undefined
  if (yaml.length > LONGEST_BLOCK)
    throw new InvalidError(`Its front matter is longer than ${LONGEST_BLOCK} characters.`)
  const document = parseDocument(yaml, { uniqueKeys: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error) {
    const at = error.linePos ? ` (line ${error.linePos[0].line + 1})` : ''
    throw new InvalidError(
      `Its front matter is not YAML${at}: ${cleanLine(error.message.split('\n')[0] ?? '')}`,
    )
  }
  if (!isMap(document.contents)) return undefined
  return lowerKeys(plain(document))
}

function plain(document: ReturnType<typeof parseDocument>): object {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch (cause) {
    throw new InvalidError('Its front matter uses YAML aliases: write the values out.', { cause })
  }
}

function lowerKeys(fields: object): Record<string, unknown> {
  const lowered: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(fields)) {
    const name = key.trim().toLowerCase()
    if (name in lowered && name in Known.shape) throw new InvalidError(`Its front matter has ${name} twice.`)
    lowered[name] = value
  }
  return lowered
}

const line = (longest: number) =>
  z
    .union([z.string(), z.number()], { error: 'must be a text' })
    .transform((value) => cleanLine(String(value)))
    .refine((value) => value.length <= longest, `must be at most ${longest} characters`)

/** A key without a value says nothing, as in a template that was not filled in. */
const orNothing = (schema: z.ZodType<string>) => schema.nullish().transform((value) => value || undefined)

const Known = z.object({
  title: orNothing(line(300)),
  category: orNothing(line(LONGEST.category)),
  visibility: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
      z.enum(VISIBILITIES, { error: `must be one of ${VISIBILITIES.join(', ')}` }),
    )
    .optional(),
  groups: z
    .array(
      line(LONGEST.group).refine((value) => value !== '', 'must not be empty'),
      { error: 'must be a list of group names' },
    )
    .min(1, 'must name a group; leave the key out to name none')
    .max(LONGEST.groups, `must be at most ${LONGEST.groups} names`)
    .optional(),
  updated: orNothing(
    z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })], {
      error: 'must be a date such as 2026-01-31',
    }),
  ),
})

function check(fields: Record<string, unknown>): FrontMatter {
  const { success, data, error } = Known.safeParse({ ...fields })
  if (!success) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    throw new InvalidError(`Its front matter is wrong: ${wrong.join('; ')}.`)
  }
  // Absent keys stay absent.
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined))
}
