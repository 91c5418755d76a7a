import { useMemo, useState } from 'react'
import { Button, ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useLive } from '../live/use-live.ts'
import { counted } from '../parts/numbers.ts'
import { useSession } from '../session-context.ts'
import { isShown, type Which } from './call-state.ts'
import { CallTable } from './call-table.tsx'
import { useSteady } from './use-steady.ts'

const CHOICES: readonly { which: Which; text: string }[] = [
  { which: 'all', text: 'All' },
  { which: 'refused', text: 'Refused' },
  { which: 'failed', text: 'Failed' },
  { which: 'declined', text: 'Said no' },
]

export function CallsView() {
  const { calls } = useLive()
  const { isAdmin } = useSession()
  const [which, setWhich] = useState<Which>('all')
  const filtered = useMemo(() => calls.filter((call) => isShown(call, which)), [calls, which])
  const { items, waiting, showAll } = useSteady(filtered)
  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>Calls</h1>
        <p className="faint">{isAdmin ? 'Everybody’s, as they happen.' : 'Your own, as they happen.'}</p>
      </header>
      <ToggleButtonGroup
        aria-label="Which calls"
        selectedKeys={[which]}
        disallowEmptySelection
        onSelectionChange={(keys) => setWhich([...keys][0] as Which)}
      >
        {CHOICES.map((choice) => (
          <ToggleButton key={choice.which} id={choice.which}>
            {choice.text}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {waiting > 0 && (
        <Button className="newer" onPress={showAll}>
          Show {counted(waiting, 'newer call')}
        </Button>
      )}
      {items.length > 0 ? (
        <CallTable calls={items} caption="Calls, the newest first" />
      ) : (
        <p className="faint">{calls.length === 0 ? 'Nothing was called yet.' : 'None of these were.'}</p>
      )}
    </>
  )
}
