import { defineServer } from '@atoll/server-kit'
import { viewer } from './apps/viewer.ts'
import { reports } from './domain.ts'
import { migrateCommand } from './migrate-command.ts'
import { chart } from './resources/chart.ts'
import { report } from './resources/report.ts'
import { seedCommand } from './seed-command.ts'
import { cancelReport } from './tools/cancel-report.ts'
import { generateReport } from './tools/generate-report.ts'
import { getReport } from './tools/get-report.ts'
import { listMyReports } from './tools/list-my-reports.ts'
import { listReportTypes } from './tools/list-report-types.ts'

export const server = defineServer(reports, {
  instructions:
    'Reports about people, projects, budgets and sales, made of what you may see in the other servers. Ask for one with ' +
    'generate_report; where it takes longer, get_report has it later. A section that could not be made says why. ' +
    'The resource report://{id}{?format} gives a report as Markdown, HTML, CSV or PDF.',
  tools: [listReportTypes, generateReport, getReport, listMyReports, cancelReport],
  resources: [report, chart],
  apps: [viewer],
  commands: { migrate: migrateCommand, seed: seedCommand },
})
