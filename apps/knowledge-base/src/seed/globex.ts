import type { SeedPlan } from './plan.ts'

/** Another company: nobody of acme may ever see a word of it. */
export const globex: SeedPlan = {
  tenant: 'globex',
  files: [
    {
      path: 'People/Vacation.md',
      markdown: `# Vacation

Technicians have 30 days of vacation a year, all others 26. Between 15 December and 6 January the yards are closed, which takes six of them.`,
    },
    {
      path: 'Safety/Climbing a turbine.md',
      markdown: `# Climbing a turbine

Never alone, never above 12 m/s of wind, never without a harness that was checked within the year.

## Rescue

Each team of two carries a descender. Call 112 first, the control room second.`,
    },
  ],
}
