import { Button, Input, Label, SearchField } from 'react-aria-components'

export function SearchBox(props: { label: string; value: string; onChange(value: string): void }) {
  const { label, value, onChange } = props
  return (
    <SearchField className="search" value={value} onChange={onChange}>
      <Label>{label}</Label>
      <div className="joined">
        <Input />
        <Button className="small clear">Clear</Button>
      </div>
    </SearchField>
  )
}
