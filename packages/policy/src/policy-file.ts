import { z } from 'zod'

const Expression = z
  .string('must be an expression in quotes, such as \'target.server == "orders"\'')
  .trim()
  .min(1, 'must not be empty')
  .max(4_000, 'must have at most 4000 characters')

const Rule = z
  .strictObject({
    name: z
      .string('is missing: give the rule a name, by which audit and explanations call it')
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens')
      .max(63, 'must have at most 63 characters')
      .refine(
        (name) => !name.startsWith('default-'),
        'must not begin with default-, which names the defaults',
      ),
    description: z.string().max(1_000, 'must have at most 1000 characters').optional(),
    /** When it holds, the call is allowed unless another rule denies it. */
    allow: Expression.optional(),
    /** When it holds, the call is denied whatever else allows it. */
    deny: Expression.optional(),
  })
  .refine(
    ({ allow, deny }) => (allow === undefined) !== (deny === undefined),
    'must have either allow or deny, with the expression that must hold',
  )

const Default = z.enum(['allow', 'deny'], 'must be allow or deny')

/** A policy as people write it. */
export const PolicyFile = z.strictObject({
  version: z.literal(1, 'must be 1'),
  defaults: z.strictObject({ read: Default.default('allow'), write: Default.default('allow') }).prefault({}),
  rules: z
    .array(Rule, 'must be a list of rules')
    .max(500, 'must have at most 500 rules')
    .superRefine((rules, { addIssue }) => {
      for (const [index, { name }] of rules.entries())
        if (rules.findIndex((other) => other.name === name) < index)
          addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: 'is taken by a rule above; take another',
          })
    }),
})
export type PolicyFile = z.output<typeof PolicyFile>
