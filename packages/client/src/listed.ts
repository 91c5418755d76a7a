export type ListKind = 'tools' | 'resources' | 'resourceTemplates' | 'prompts'

/** One entry of a list, as the server wrote it. */
export type Listed = Readonly<Record<string, unknown>> & { readonly name: string }

export const LISTS = {
  tools: { method: 'tools/list', field: 'tools', capability: 'tools', key: 'name' },
  resources: { method: 'resources/list', field: 'resources', capability: 'resources', key: 'uri' },
  resourceTemplates: {
    method: 'resources/templates/list',
    field: 'resourceTemplates',
    capability: 'resources',
    key: 'uriTemplate',
  },
  prompts: { method: 'prompts/list', field: 'prompts', capability: 'prompts', key: 'name' },
} as const satisfies Record<ListKind, { method: string; field: string; capability: string; key: string }>
