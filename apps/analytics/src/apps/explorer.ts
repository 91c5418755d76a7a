import { analytics } from '../domain.ts'

export const explorer = analytics.defineApp({
  name: 'explorer',
  title: 'Explorer of figures',
  description: 'Shows figures as a chart and a table, and lets the person ask for others.',
  scopes: ['analytics:read'],
  module: import.meta.url,
})
