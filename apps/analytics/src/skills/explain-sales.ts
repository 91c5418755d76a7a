import { analytics } from '../domain.ts'

export const explainSales = analytics.defineSkill({
  name: 'explain-sales',
  description:
    'How to find out why sales rose or fell, or what a figure of sales means, with exact figures and no guesses. Use it ' +
    'when somebody asks for a cause, a comparison or a report rather than for one figure.',
  scopes: ['analytics:read'],
  instructions: `
# Explain sales

1. Call \`list_metrics\` once. It says which days there are figures for: do not ask beyond them, and say so if the question does.
2. Put a number on the change with \`compare_periods\`, both ranges of the same length. Name the dates in your answer.
3. Find where it happened: the same comparison by one dimension at a time (product, category, country). Follow the
   largest difference, not the largest share.
4. Take revenue apart before you name a cause: orders, units and average order value from \`revenue_by_period\`.
   More orders, larger orders and higher prices are three different stories.
5. If customers are the story, look at \`cohort_retention\` and \`customer_lifetime_value\`.
6. Say what the figures show and what they cannot show. [What the words mean](references/meaning.md) before you
   explain a difference of cents or a sum that does not add up.

Never add amounts of different currencies, and never compute what a tool can answer exactly.
`,
  files: {
    'references/meaning.md': `
# What the words mean

- Amounts are price x quantity x (1 - discount), added up unrounded and rounded once. Orders shows what was charged, each line
  rounded on its own: the two differ by cents.
- Revenue is that of orders that were not cancelled, before refunds and without shipping.
- By product or category an order counts once for each that it has, so those rows do not add up to all orders.
- Weeks begin on Monday. Days are the calendar dates of the orders, without a time zone.
- Figures are those of the last import; \`list_metrics\` says when that was.
`.trimStart(),
  },
})
