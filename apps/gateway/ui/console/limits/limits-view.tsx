import type { Allowances, Budgets } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { count } from '../parts/numbers.ts'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../session-context.ts'
import { AllowanceTable, rowOf } from './allowance-table.tsx'

/** Milliseconds. */
const EVERY = 5_000

export function LimitsView() {
  const { isAdmin } = useSession()
  const { answer, error } = useAsked<Allowances>('limits', { every: EVERY })
  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>Limits and budgets</h1>
        <p className="faint">As this gateway counts now.</p>
      </header>
      <Problem error={error} />
      {answer && <AllowanceTable title="Your requests" rows={(answer.limits ?? []).map(rowOf)} />}
      {answer && <AllowanceTable title="Your budgets" rows={(answer.budgets ?? []).map(rowOf)} />}
      {isAdmin && <EverybodysBudgets />}
    </>
  )
}

function EverybodysBudgets() {
  const { answer, error } = useAsked<Budgets>('budgets', { every: EVERY })
  if (!answer) return <Problem error={error} />
  const [year, month] = answer.month.split('-').map(Number)
  const renewsAt = new Date(Date.UTC(year ?? 0, month ?? 0)).toISOString()
  const rows = answer.budgets.map(({ name, per, tenant, holder, used, of }) => ({
    key: `${name} ${per} ${holder} ${tenant}`,
    name: `${name}: ${per} ${holder}${tenant === undefined ? '' : ` of ${tenant}`}`,
    words: `${count(of)} units a month`,
    ...{ limit: of, used, left: Math.max(0, of - used), renewsAt },
  }))
  return <AllowanceTable title="Everybody’s budgets" rows={rows} />
}
