import { ConflictError, InvalidError } from '@atoll/errors'
import { asTask } from '@atoll/server-kit'
import { z } from 'zod'
import { viewer } from '../apps/viewer.ts'
import { reports } from '../domain.ts'
import { Priority, ReportId, ReportType, text } from '../model.ts'
import { DateRange, resolvePeriod } from '../period.ts'
import { AskedReport, DELEGATES } from '../shown.ts'
import { needsOf } from '../types/define-type.ts'
import { REPORT_TYPES } from '../types.ts'

export const generateReport = reports.defineTool({
  name: 'generate_report',
  title: 'Generate a report',
  description:
    'Have a report made of what you may see in the other servers: numbers, tables and charts. Ready within seconds as a ' +
    'rule; where it takes longer, the answer says queued or running: ask get_report with its id. The same report asked ' +
    'for again while it is being made is the same one. For what there is, use list_report_types.',
  effect: 'write',
  idempotent: true,
  scopes: ['reports:write'],
  delegates: [...DELEGATES],
  limits: { rate: '30/min' },
  app: viewer,
  input: z.object({
    type: ReportType.describe('What it is about'),
    date_range: DateRange.default('last_30_days'),
    department: text(100)
      .optional()
      .describe('Only this department (id or name), where the type allows that'),
    priority: Priority.default('normal').describe('Among the reports of your company that wait'),
  }),
  output: AskedReport,
  task: { wait: '20s', later: ({ id }) => later(ReportId.parse(id)) },
  async run({ input, deps, principal, delegation, signal, changed }) {
    const definition = REPORT_TYPES[input.type]
    if (input.department !== undefined && !definition.byDepartment) {
      throw new InvalidError(
        `department: ${input.type} is about the whole company. Leave the department out.`,
      )
    }
    const period = resolvePeriod(input.date_range, new Date().toISOString().slice(0, 10))
    if (!deps.hasGateway || !delegation) {
      throw new ConflictError(
        'No reports can be made here: this server is not connected to a gateway. Whoever runs it sets GATEWAY_URL and DELEGATION_TOKEN_URL.',
      )
    }
    const request = { type: input.type, period, department: input.department ?? null }
    const needs = needsOf(definition, request)
    const token = await delegation.token({ scopes: [...DELEGATES], signal })
    const { report } = await deps.reports.request(
      principal,
      {
        ...request,
        priority: input.priority,
        granted: token.scopes,
        steps: needs.length,
        authorize: (id) => deps.authorizations.seal(principal, id, token),
      },
      { signal },
    )
    changed.resourceList({ audience: { subject: principal.subject } })
    return asTask(report.id)
  },
})

function later(id: ReportId): AskedReport {
  return { id, ready: false, next: 'It is being made. Ask get_report with this id in a few seconds.' }
}
