import { useState } from 'react'
import { Button } from 'react-aria-components'
import type { Disabled } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { SwitchDialog } from './switch-dialog.tsx'

/** Disables one thing, or enables it again. For those who run the gateway. */
export function SwitchButton({ what }: { what: string }) {
  const { answer, again } = useAsked<{ disabled: readonly Disabled[] }>('switches')
  const [isOpen, setOpen] = useState(false)
  const word = answer?.disabled.find((each) => each.what === what)
  if (!answer) return null
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
