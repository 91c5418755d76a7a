import { Button } from 'react-aria-components'
import { AskError } from '../api/ask.ts'
import type { Allowance, Allowances, Budgets } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { count } from '../parts/numbers.ts'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../session-context.ts'
import { type AllowanceRow, AllowanceTable } from './allowance-table.tsx'

export function LimitsView() {
  const { isAdmin } = useSession()
  const { answer, error, isAsking, again } = useAsked<Allowances>('limits')
  const isAbsent = error instanceof AskError && error.status === 404
  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>Limits and budgets</h1>
        <Button onPress={again} isDisabled={isAsking}>
          Look again
        </Button>
      </header>
      {isAbsent ? <p role="status">No limits are configured at this gateway.</p> : <Problem error={error} />}
      {answer && <AllowanceTable title="Your requests" rows={(answer.limits ?? []).map(rowOf)} />}
      {answer && <AllowanceTable title="Your budgets" rows={(answer.budgets ?? []).map(rowOf)} />}
      {isAdmin && <EverybodysBudgets />}
    </>
  )
}

function EverybodysBudgets() {
  const { answer } = useAsked<Budgets>('budgets')
  if (!answer) return null
  const [year, month] = answer.month.split('-').map(Number)
  const renewsAt = new Date(Date.UTC(year ?? 0, month ?? 0)).toISOString()
  const rows = answer.budgets.map(({ name, per, holder, used, of }) => ({
    key: `${name} ${per} ${holder}`,
    name: `${name}: ${per} ${holder}`,
    words: `${count(of)} units a month`,
    ...{ limit: of, used, left: Math.max(0, of - used), renewsAt },
  }))
  return <AllowanceTable title="Everybody’s budgets" rows={rows} />
}

function rowOf({ name, holder, ...rest }: Allowance): AllowanceRow {
  const full = holder === undefined ? name : `${name}: ${holder}`
  return { ...rest, key: `${full} ${rest.words}`, name: full }
}
