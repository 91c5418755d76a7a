import { useState } from 'react'
import { Button } from 'react-aria-components'
import type { Disabled } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { Problem } from '../parts/problem.tsx'
import { SwitchDialog } from './switch-dialog.tsx'

/** Disables one thing, or enables it again. For those who run the gateway. */
export function SwitchButton({ what }: { what: string }) {
  const { answer, error, again } = useAsked<{ disabled: readonly Disabled[] }>('switches')
  const [isOpen, setOpen] = useState(false)
  const word = answer?.disabled.find((each) => each.what === what)
  if (!answer) return <Problem error={error} />
  return (
    <>
      {word && (
        <p className="note">
          Disabled by {word.by}: {word.reason}
        </p>
      )}
      <Button onPress={() => setOpen(true)}>{word ? 'Enable' : 'Disable'}</Button>
      <SwitchDialog
        what={what}
        disabled={!word}
        isOpen={isOpen}
        onDone={() => {
          setOpen(false)
          again()
        }}
        onClose={() => setOpen(false)}
      />
    </>
  )
}
