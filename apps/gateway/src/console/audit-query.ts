import type { AuditQuery } from '@atoll/audit'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'

const text = z.string().trim().min(1).max(255).optional()
const time = z
  .string()
  .transform((value, context) => {
    const at = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
    if (Number.isFinite(at)) return at
    context.addIssue({ code: 'custom', message: 'must be a time' })
    return z.NEVER
  })
  .optional()

const Query = z.object({
  subject: text,
  tenant: text,
  tool: text,
  outcome: text,
  since: time,
  until: time,
  cursor: z.string().max(1000).optional(),
})

/** The query string of an audit search; fields left empty do not count. Throws InvalidError. */
export function auditQueryOf(query: Readonly<Record<string, string | undefined>>): AuditQuery {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
  const { data, error } = Query.safeParse(given)
  if (data) return { ...data, limit: 100 }
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new InvalidError(`The audit cannot be searched for that: ${problems.join('; ')}.`)
}
