import type { Telemetry } from '@atoll/telemetry'
import type { ServerDefinition } from '../define/define-server.ts'
import type { Skill } from '../define/skill.ts'
import type { Limits } from '../define/tool.ts'
import { INVALID_PARAMS, METHOD_NOT_FOUND, ProtocolError } from '../edge/protocol-error.ts'
import type { Call, Params, Rendered, Result } from '../edge/service.ts'
import type { SkillMethod } from '../edge/skill-wire.ts'
import type { Kit } from '../pipeline/invocation.ts'
import { directoriesOf } from '../skills/directories.ts'
import { entryOf, filesOf, type SkillFile } from '../skills/skill-files.ts'
import { type CompiledResource, compileResource } from './compile-resource.ts'
import { fromCatalogue } from './from-catalogue.ts'
import { renderPages } from './pages.ts'

/** How long clients may keep a skill: it changes with the server's version alone. */
const TTL = 300_000
const KEEP = { ttlMs: TTL, cacheScope: 'public' }

type Handler = (params: Params, call: Call) => Result | Rendered

export interface CompiledSkills {
  /** Each file, read through the pipeline under its skill's scopes. */
  readonly resources: readonly CompiledResource[]
  readonly methods: Readonly<Record<SkillMethod, Handler>>
}

export function compileSkills(
  { skills, domain: { name: server, limits }, version }: ServerDefinition,
  kit: Kit,
  telemetry: Telemetry,
): CompiledSkills {
  const all = skills.map((skill) => ({ skill, files: filesOf(skill) }))
  const entries = all.map(({ skill, files }) => entryOf(skill, files))
  const byUri = new Map(entries.map((entry) => [entry.uri, entry]))
  const directories = directoriesOf(all.flatMap(({ files }) => files))
  const list = renderPages('skills', entries, TTL)
  const handler = (method: SkillMethod, answer: (params: Params) => Result | Rendered): Handler => {
    const isList = method === 'skills/list'
    const kind = isList ? 'listing' : 'resource'
    const nameOf = ({ uri }: Params) => (isList ? method : String(uri))
    const found = fromCatalogue({ method, kind, nameOf, server, audit: kit.audit, telemetry }, answer)
    return (params, call) => {
      if (skills.length === 0) throw new ProtocolError(METHOD_NOT_FOUND, 'Method not found')
      return found(params, call)
    }
  }
  return {
    resources: all.flatMap(({ skill, files }) =>
      files.map((file) => compileFile(skill, file, limits, version, kit, telemetry)),
    ),
    methods: {
      'skills/list': handler('skills/list', list),
      'skills/get': handler('skills/get', ({ uri }) => {
        const skill = byUri.get(String(uri))
        if (!skill) throw new ProtocolError(INVALID_PARAMS, 'There is no such skill', { uri })
        return { skill, ...KEEP }
      }),
      'resources/directory/read': handler('resources/directory/read', ({ uri }) => {
        const resources = directories.get(String(uri))
        if (!resources) throw new ProtocolError(INVALID_PARAMS, 'There is no such directory', { uri })
        return { resources, ...KEEP }
      }),
    },
  }
}

function compileFile(
  { domain, scopes }: Skill,
  { uri, name, description, mimeType, text }: SkillFile,
  limits: Required<Limits>,
  version: string,
  kit: Kit,
  telemetry: Telemetry,
): CompiledResource {
  const about = { uri, name, title: name, description, mimeType, scopes, limits } as const
  const compiled = compileResource(
    { kind: 'resource', domain, data: 'internal', read: () => ({ text }), ...about },
    version,
    kit,
    telemetry,
  )
  const { check } = compiled.item
  return { ...compiled, item: { ...compiled.item, check: (...read) => ({ ...check(...read), ttlMs: TTL }) } }
}
