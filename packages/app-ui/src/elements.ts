export type Child = Node | string | undefined

/** An element with properties and children; texts become text, never HTML. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (value === true) element.setAttribute(key, '')
    else if (typeof value === 'string') element.setAttribute(key, value)
  }
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/** A labelled choice. An empty value stands for none. */
export function select(
  label: string,
  options: readonly { value: string; text: string }[],
  chosen: string,
): { field: HTMLLabelElement; input: HTMLSelectElement } {
  const input = h(
    'select',
    {},
    ...options.map(({ value, text }) => h('option', { value, selected: value === chosen }, text)),
  )
  return { field: h('label', {}, h('span', {}, label), input), input }
}
