import { useState } from 'react'
import { Button } from 'react-aria-components'

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, say] = useState('Copy')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Not copied'),
    )
  return (
    <Button className="small" aria-label={`${said} ${label}`} onPress={copy} onBlur={() => say('Copy')}>
      {said}
    </Button>
  )
}
