import { reports } from '../domain.ts'

export const viewer = reports.defineApp({
  name: 'viewer',
  title: 'Viewer of reports',
  description:
    'Shows a report with its charts and tables, follows one that is being made, and hands out its files.',
  scopes: ['reports:read'],
  module: import.meta.url,
})
