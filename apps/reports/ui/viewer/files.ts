import { errorText, type Host, h } from '@atoll/app-ui'

const FORMATS = [
  { format: 'pdf', text: 'PDF' },
  { format: 'html', text: 'HTML' },
  { format: 'md', text: 'Markdown' },
  { format: 'csv', text: 'CSV' },
] as const
/** Those that can be read where a host takes no files. */
const READABLE = ['md', 'csv']

interface Link {
  type: string
  uri?: string
  name?: string
}

/** Buttons for the report in other formats: saved by the host, or shown as text where it saves nothing. */
export function files(id: string, host: Host): HTMLElement {
  const status = h('span', { class: 'faint', role: 'status' })
  const place = h('div', {})
  let links: Promise<readonly Link[]> | undefined

  /** As the host's connection calls them, which may go through a gateway. */
  async function linkTo(format: string): Promise<string> {
    links ??= host.call('get_report', { id }).then(({ content }) => content)
    const found = (await links).find(
      ({ type, name }) => type === 'resource_link' && name === `${id}.${format}`,
    )
    if (found?.uri === undefined) throw new Error(`There is no ${format}`)
    return found.uri
  }

  async function open(format: string, text: string): Promise<void> {
    status.textContent = `Fetching the ${text}.`
    try {
      const [resource] = await host.read(await linkTo(format))
      if (!resource) throw new Error('It is empty')
      if (host.canSave) await host.save(resource)
      else if ('text' in resource) {
        place.replaceChildren(h('pre', { class: 'scroll', tabindex: '0', 'aria-label': text }, resource.text))
      }
      status.textContent = host.canSave ? `The ${text} was handed to the host.` : ''
    } catch (error) {
      links = undefined
      status.textContent = errorText(error)
    }
  }

  const buttons = FORMATS.filter(({ format }) => host.canSave || READABLE.includes(format)).map(
    ({ format, text }) => {
      const button = h('button', { type: 'button' }, text)
      button.addEventListener('click', () => void open(format, text))
      return button
    },
  )
  const row = h(
    'div',
    { class: 'files', role: 'group', 'aria-label': 'The report as a file' },
    ...buttons,
    status,
  )
  return h('div', {}, row, place)
}
